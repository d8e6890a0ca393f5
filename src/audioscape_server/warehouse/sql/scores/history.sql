-- The last score of each day of an asset in its project.
SELECT
    day,
    argMax(as_of, snapshot) AS as_of,
    argMax(model_version, snapshot) AS model_version,
    argMax(score, snapshot) AS score,
    argMax(low, snapshot) AS low,
    argMax(high, snapshot) AS high,
    argMax(rank, snapshot) AS rank
FROM scores
WHERE project = {project:String} AND universe = 0 AND asset_id = {asset_id:UInt64}
GROUP BY day
ORDER BY day
