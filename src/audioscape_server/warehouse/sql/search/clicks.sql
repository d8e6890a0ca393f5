-- The clicks of these queries in these snapshots, a list of each column. Of a query with very many rows those with most
-- players are read, and of those that were shown only, in most lists.
SELECT
    query,
    groupArray(asset_id) AS assets,
    groupArray(toString(key)) AS keys,
    groupArray(toUInt16(day)) AS days,
    groupArray(rank) AS ranks,
    groupArray(clickers) AS clicked,
    groupArray(outcomes) AS seen,
    groupArray(satisfied) AS good,
    groupArray(shown) AS lists
FROM (
    SELECT query, asset_id, key, day, rank, clickers, outcomes, satisfied, shown
    FROM search_clicks
    WHERE project = {project:String} AND query IN {queries:Array(String)} AND snapshot IN {snapshots:Array(UInt64)}
    ORDER BY query, clickers DESC, shown DESC, asset_id, key, day, rank
    LIMIT {limit:UInt32} BY query
)
GROUP BY query
SETTINGS max_threads = 1
