-- The newest scores of a project: the first of the chart, or those of these assets. The rank before is the last one of the last day before.
WITH
    (
        SELECT max(day) FROM scores
        WHERE project = {project:String} AND universe = 0 AND day >= {since:Date}
    ) AS newest,
    (
        SELECT max(snapshot) FROM scores
        WHERE project = {project:String} AND universe = 0 AND day = newest
    ) AS current,
    (
        SELECT max(day) FROM scores
        WHERE project = {project:String} AND universe = 0 AND day >= {since:Date} AND day < newest
    ) AS earlier
SELECT
    asset_id, score, low, high, trend_listeners, trend_expected, trend_lift, as_of, model_version, parameters,
    if({trending:UInt8}, trend_rank, rank) AS place,
    before.place AS previous_place
FROM scores
LEFT ANY JOIN (
    SELECT asset_id, argMax(if({trending:UInt8}, trend_rank, rank), snapshot) AS place
    FROM scores
    WHERE project = {project:String} AND universe = 0 AND day = earlier
    GROUP BY asset_id
) AS before USING (asset_id)
WHERE project = {project:String} AND universe = 0 AND day = newest AND snapshot = current
    AND place > 0
    AND (score > 0 OR {trending:UInt8})
    {% if assets %}AND asset_id IN {assets:Array(UInt64)}{% endif %}
ORDER BY place
LIMIT {limit:UInt32}
