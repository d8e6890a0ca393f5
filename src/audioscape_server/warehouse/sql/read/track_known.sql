-- The exact median length of an asset (seconds, null without plays that carry one) if it was ever seen; else no row.
SELECT (
    SELECT length FROM track_length WHERE project = {project:String} AND asset_id = {asset_id:UInt64}
) AS length
FROM asset_day
WHERE project = {project:String} AND asset_id = {asset_id:UInt64}
LIMIT 1
