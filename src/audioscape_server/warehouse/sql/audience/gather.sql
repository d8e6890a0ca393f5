-- Gather who was seen on some days of a project, and when first. Rows of players who were seen on an earlier day, too, go
-- when parts are merged.
INSERT INTO first_seen (project, player, seen)
SELECT {project:String}, sipHash64(player_id) AS player, ({generation:UInt64}, -min(timestamp))
FROM events
WHERE project = {project:String} AND day IN {days:Array(Date)} AND player_id != ''
GROUP BY player
SETTINGS max_threads = 1, max_bytes_before_external_group_by = 1073741824
