-- The queries of a project with most clicks in these snapshots, and how many rows each has. One that has more rows with
-- clicks than any search has results is left out.
SELECT query, sum(clickers) AS clicks, count() AS rows
FROM search_clicks
WHERE project = {project:String} AND snapshot IN {snapshots:Array(UInt64)}
GROUP BY query
HAVING clicks > 0 AND countIf(clickers > 0) <= {most_rows:UInt32}
ORDER BY clicks DESC, query
LIMIT {limit:UInt32}
SETTINGS max_threads = 1
