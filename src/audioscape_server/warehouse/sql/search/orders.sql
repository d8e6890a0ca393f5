-- The search engine's own orders of these queries between two days, the second left out: the last one of each day.
SELECT query, day, argMax(assets, at) AS assets
FROM search_orders
WHERE project = {project:String} AND query IN {queries:Array(String)} AND day >= {since:Date}
    AND day < {until:Date}
GROUP BY query, day
ORDER BY query, day
SETTINGS max_threads = 1
