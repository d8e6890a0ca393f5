-- Listeners of the last 24 hours, and how many were to be expected, one row per asset that had any: in the whole project
-- (universe 0), or in one universe.
--
-- Time is cut into windows of 24 hours that end now; clocks that are ahead by up to five minutes count as now. A player counts once a window for each key. What is expected is the
-- mean of the windows before, weighted by age (in whole parts of 2^32, whose sums do not mind their order), as far back
-- as there are events, times the growth of all assets together. A key may add what all others
-- have together, or more by its share of the traffic, and `cap_base`. One that is not among `keys` does not count yet.
WITH
    4294967296 AS unit,
    lengths AS (
        SELECT
            asset_id,
            arraySort(groupArray((duration, plays))) AS sorted,
            arrayCumSum(sorted.2) AS upto,
            upto[-1] AS n,
            (sorted[arrayFirstIndex(x -> x > intDiv(n - 1, 2), upto)].1
                + sorted[arrayFirstIndex(x -> x > intDiv(n, 2), upto)].1) / 2 AS length
        FROM (
            SELECT asset_id, duration, sum(events) AS plays
            FROM track_length_day
            WHERE project = {project:String}
            GROUP BY asset_id, duration
        )
        GROUP BY asset_id
    ),
    -- What a player did in a window, a bit each: 0 play, 1 end, 2 listened enough.
    players AS (
        SELECT
            assumeNotNull(events.asset_id) AS asset,
            toUInt16(transform(key, {keys:Array(String)}, arrayEnumerate({keys:Array(String)}), 0)) AS k,
            toUInt8(greatest(0, floor(({as_of:Float64} - timestamp) / 86400))) AS age,
            if(player_id != '', sipHash64(player_id),
                sipHash64(universe, place, toStartOfHour(toDateTime(timestamp, 'UTC')))) AS player,
            groupBitOr(toUInt8(if(type = 'play', 1,
                2 + 4 * (ifNull(duration, 0) >= least({qualified_s:Float64}, if(length > 0, length, inf) / 2))))) AS did
        FROM events
        LEFT ANY JOIN lengths ON lengths.asset_id = events.asset_id
        WHERE project = {project:String}
            AND key IN {keys:Array(String)}
            AND day >= toDate({today:Date} - {trend_days:UInt8} - 1)
            AND timestamp > {as_of:Float64} - ({trend_days:UInt8} + 1) * 86400
            AND timestamp <= {as_of:Float64} + 300
            AND type IN ('play', 'stop', 'skip')
            AND isNotNull(events.asset_id)
            AND ({universe:UInt64} = 0 OR universe = {universe:UInt64})
        GROUP BY asset, k, age, player
    ),
    of_windows AS (
        SELECT
            asset, k, age,
            countIf(bitTest(did, 2)) AS listens,
            countIf(bitTest(did, 1)) AS ends,
            toUInt64(greatest(0, toInt64(countIf(bitTest(did, 0))) - toInt64(ends))) AS plays,
            if(age = 0, 0, toUInt64(round(unit * exp2(-age / {half_life_days:Float64})))) AS weight
        FROM players
        GROUP BY asset, k, age
    ),
    of_keys AS (
        SELECT
            asset, k,
            max(max(age)) OVER () AS oldest,
            sum(sum(listens)) OVER () AS listens_in_all,
            sum(sum(ends)) OVER () AS ends_in_all,
            (listens_in_all + 0.5 * {prior_players:Float64}) / (ends_in_all + {prior_players:Float64}) AS qualified_rate,
            arraySum(back -> toUInt64(round(unit * exp2(-back / {half_life_days:Float64}))), range(1, oldest + 1)) AS all,
            sumIf(listens, age = 0) + qualified_rate * sumIf(plays, age = 0) AS now,
            if(oldest = 0, 0, (sum(listens * weight) + qualified_rate * sum(plays * weight)) / all) AS usual
        FROM of_windows
        GROUP BY asset, k
    ),
    of_assets AS (
        SELECT
            asset,
            arraySort(groupArray((k, now, usual))) AS by_key,
            arrayMap(number -> {allowances:Array(Float64)}[number], by_key.1) AS allowances,
            arraySum(by_key.2) AS all_now,
            arraySum(by_key.3) AS all_usual,
            arraySum((x, allowed) -> if(allowed < 0, x,
                least(x, greatest(1, allowed) * greatest(0, all_now - x) + {cap_base:Float64})), by_key.2, allowances) AS listeners,
            arraySum((x, allowed) -> if(allowed < 0, x,
                least(x, greatest(1, allowed) * greatest(0, all_usual - x) + {cap_base:Float64})), by_key.3, allowances) AS mean,
            arrayCount(x -> x > 0, by_key.2) AS trend_keys
        FROM of_keys
        GROUP BY asset
    ),
    grown AS (
        SELECT
            arraySum(arraySort(groupArray(listeners))) AS all_listeners,
            arraySum(arraySort(groupArray(mean))) AS all_means
        FROM of_assets
    )
SELECT
    asset, listeners, trend_keys,
    if(all_means > 0, mean * all_listeners / all_means, 0) AS expected,
    all_means > 0 AS has_past
FROM of_assets
CROSS JOIN grown
WHERE listeners > 0
ORDER BY asset
SETTINGS max_bytes_before_external_group_by = 268435456, max_block_size = 16384
