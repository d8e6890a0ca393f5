-- Plays and listeners of each hour of the week, counted from the events; an empty list of a filter lets all pass.
--
-- cell: hours since Monday 0:00 on the clock of a zone. segments: from which instants (Unix
-- seconds) that clock is how many seconds ahead of UTC (shifts, a week added so that nothing is below 0).
WITH
    listened AS (
        SELECT
            (intDiv(
                toUInt32(timestamp) + transform(
                    roundDown(toUInt32(timestamp), {segments:Array(UInt32)}),
                    {segments:Array(UInt32)}, {shifts:Array(UInt32)}, toUInt32(0)),
                3600) + 72) % 168 AS hour,
            type = 'play' AS is_play,
            player_id != '' AND type IN ('play', 'stop', 'skip') AS is_listening,
            bitShiftRight(sipHash64(player_id), 16) AS player
        FROM events
        WHERE project = {project:String}
            {% include "periods/events" %}
            {% include "filters/all" %}
    )
SELECT hour AS cell, countIf(is_play) AS plays, uniqExactIf(player, is_listening) AS listeners
FROM listened
GROUP BY cell
HAVING plays > 0 OR listeners > 0
