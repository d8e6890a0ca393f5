-- The newest score of an asset in its project, with all that it is made of.
SELECT *
FROM scores
WHERE project = {project:String} AND universe = 0 AND day >= {since:Date}
    AND asset_id = {asset_id:UInt64}
ORDER BY day DESC, snapshot DESC
LIMIT 1
