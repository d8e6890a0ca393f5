-- Gather who was seen on some days of a project, and when first. Who is known to have been seen before these days needs no
-- row, so that there are as many rows as players, or few more where days are gathered out of turn or twice; those go when
-- parts are merged.
INSERT INTO first_seen (project, player, seen)
SELECT {project:String}, sipHash64(player_id) AS player, ({generation:UInt64}, -min(timestamp))
FROM events
WHERE project = {project:String} AND day IN {days:Array(Date)} AND player_id != ''
    AND player NOT IN (
        SELECT player
        FROM first_seen
        WHERE project = {project:String} AND seen.generation = {generation:UInt64}
            AND -seen.at < toUnixTimestamp(toDateTime(arrayMin({days:Array(Date)}), 'UTC'))
            -- No larger a set than that of the players of these days.
            AND player IN (
                SELECT sipHash64(player_id)
                FROM events
                WHERE project = {project:String} AND day IN {days:Array(Date)} AND player_id != ''))
GROUP BY player
SETTINGS max_threads = 1, max_bytes_before_external_group_by = 1073741824
