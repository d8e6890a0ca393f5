-- A number that is another one when the orders of a project between two days, the second left out, have changed; and how
-- many there are.
SELECT
    groupBitXor(sipHash64(query, day, last)) AS print,
    count() AS orders
FROM (
    SELECT query, day, argMax(assets, at) AS last
    FROM search_orders
    WHERE project = {project:String} AND day >= {since:Date} AND day < {until:Date}
    GROUP BY query, day
)
SETTINGS max_threads = 1
