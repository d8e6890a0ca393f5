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
        AND ({utc_days:UInt8} OR timestamp >= {since:Float64} AND timestamp < {until:Float64})
        AND day >= toDate(toDateTime({since:Float64}, 'UTC'))
        AND day <= toDate(toDateTime(ceil({until:Float64}) - 1, 'UTC'))
        AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
        AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
        AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
        AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
        AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
        AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
        AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
        AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
    GROUP BY player, is_nobody
)
GROUP BY is_nobody, is_listener, roundDown(toUInt64(listened_micros), {bounds:Array(UInt64)}) AS bound
SETTINGS max_bytes_before_external_group_by = 1073741824
