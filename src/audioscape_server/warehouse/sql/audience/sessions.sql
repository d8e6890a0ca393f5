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
        AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
        AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
        AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
        AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
        AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
        AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
        AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
        AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
    GROUP BY player
)
ARRAY JOIN sessions_of_player AS session
WHERE session[1] >= {since:Float64}
GROUP BY GROUPING SETS ((), (began_on))
SETTINGS max_bytes_before_external_group_by = 1073741824
