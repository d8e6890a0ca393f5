-- Which of these assets of these projects have a length.
SELECT project, asset_id
FROM known_length FINAL
WHERE project IN {projects:Array(String)} AND asset_id IN {assets:Array(UInt64)}
