-- The flags of a project that were published last; the row 0 of that snapshot is no flag and says when it was made.
SELECT number, as_of, reason, key, player_id, asset_id, query, since, amount, of, usual, effect
FROM integrity_flags
WHERE project = {project:String}
    AND snapshot = (SELECT max(snapshot) FROM integrity_flags WHERE project = {project:String})
ORDER BY number
LIMIT 1 BY number
