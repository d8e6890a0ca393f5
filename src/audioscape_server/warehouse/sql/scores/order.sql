-- The assets of a chart, first to last, on its newest day and on the one before: one row each, the newest first.
SELECT
    day,
    arrayMap(one -> one.2, arraySort(groupArrayIf((place, asset_id), place > 0))) AS assets
FROM (
    SELECT
        day, asset_id,
        max(snapshot) AS made,
        max(made) OVER (PARTITION BY day) AS newest,
        argMax(if({trending:UInt8}, trend_rank, if(score > 0, rank, 0)), snapshot) AS place
    FROM scores
    WHERE project = {project:String} AND universe = 0 AND day IN (
        SELECT DISTINCT day FROM scores
        WHERE project = {project:String} AND universe = 0 AND day >= {since:Date}
        ORDER BY day DESC
        LIMIT 2)
    GROUP BY day, asset_id
)
WHERE made = newest
GROUP BY day
ORDER BY day DESC
