-- How many rows of each of these snapshots of a project's clicks are there.
SELECT snapshot, count() AS rows
FROM search_clicks
WHERE project = {project:String} AND snapshot IN {snapshots:Array(UInt64)}
GROUP BY snapshot
SETTINGS max_threads = 1
