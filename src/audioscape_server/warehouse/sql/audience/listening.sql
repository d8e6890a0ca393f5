-- How many players listened for how long in a period, by the given lower bounds in microseconds; and how many events there
-- are, with a player and without. Who has a play, a stop or a skip is a listener, with the seconds of all stops and skips.
SELECT is_nobody, is_listener, bound, count() AS players, sum(n) AS events
FROM (
    SELECT
        sipHash64(player_id) AS player,
        player_id = '' AS is_nobody,
        count() AS n,
        countIf(type IN ('play', 'stop', 'skip')) > 0 AS is_listener,
        sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')) AS listened_micros
    FROM events
    WHERE project = {project:String}
        {% include "periods/events" %}
        {% include "filters/all" %}
    GROUP BY player, is_nobody
)
GROUP BY is_nobody, is_listener, roundDown(toUInt64(listened_micros), {bounds:Array(UInt64)}) AS bound
SETTINGS max_bytes_before_external_group_by = 1073741824
