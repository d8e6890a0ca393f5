-- Sessions by the day on which they began, and of all days together: how many, and their median length. A session is what a
-- player sent without a pause of more than `pause` seconds. Events from a pause before the period on are read, too: who
-- sent one there was in a session already.
SELECT
    grouping(began_on) AS is_all,
    roundDown(toUInt32(session[1]), {days:Array(UInt32)}) AS began_on,
    count() AS sessions,
    quantileExactInclusive(0.5)(session[-1] - session[1]) AS median_seconds
FROM (
    SELECT
        sipHash64(player_id) AS player,
        arraySort(groupArray(timestamp)) AS times,
        arrayMap((at, before) -> at - before > {pause:Float64}, times, arrayPushFront(arrayPopBack(times), 0.)) AS begins,
        arraySplit((at, is_first) -> is_first, times, begins) AS sessions_of_player
    FROM events
    WHERE project = {project:String}
        AND timestamp >= {since:Float64} - {pause:Float64} AND timestamp < {until:Float64}
        AND day >= toDate(toDateTime({since:Float64} - {pause:Float64}, 'UTC'))
        AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
        AND player_id != ''
        {% include "filters/all" %}
    GROUP BY player
)
ARRAY JOIN sessions_of_player AS session
WHERE session[1] >= {since:Float64}
GROUP BY GROUPING SETS ((), (began_on))
SETTINGS max_bytes_before_external_group_by = 1073741824
