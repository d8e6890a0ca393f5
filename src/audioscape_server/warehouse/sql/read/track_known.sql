-- The length of an asset (seconds, null while no play said one) if it was ever seen; else no row.
SELECT (
    SELECT length FROM known_length FINAL WHERE project = {project:String} AND asset_id = {asset_id:UInt64}
) AS length
FROM track_day
WHERE project = {project:String} AND asset_id = {asset_id:UInt64}
LIMIT 1
