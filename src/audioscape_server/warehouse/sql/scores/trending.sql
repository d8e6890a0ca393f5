-- Listeners of the last 24 hours, and how many were to be expected, one row per scope and asset that had any. A scope is
-- the whole project (universe 0), or each universe.
--
-- Time is cut into windows of 24 hours that end now. A player counts once a window for each key. What is expected is the
-- mean of the windows before, weighted by age, as far back as the scope has events, times the growth of all assets
-- together. The cap of a key is the one of popularity.
WITH
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
    doings AS (
        SELECT
            if({by_universe:UInt8}, universe, 0) AS scope,
            assumeNotNull(events.asset_id) AS asset,
            toUInt16(indexOf({keys:Array(String)}, key)) AS k,
            if(player_id != '', sipHash64(player_id),
                sipHash64(universe, place, toStartOfHour(toDateTime(timestamp, 'UTC')))) AS player,
            toUInt8(greatest(0, floor(({as_of:Float64} - timestamp) / 86400))) AS age,
            type = 'play' AS is_play,
            ifNull(duration, 0) >= least({qualified_s:Float64}, if(length > 0, length, inf) / 2) AS is_enough
        FROM events
        LEFT ANY JOIN lengths ON lengths.asset_id = events.asset_id
        WHERE project = {project:String}
            AND day >= toDate({today:Date} - {trend_days:UInt8} - 1)
            AND timestamp > {as_of:Float64} - ({trend_days:UInt8} + 1) * 86400
            AND type IN ('play', 'stop', 'skip')
            AND isNotNull(events.asset_id)
            AND (NOT {by_universe:UInt8} OR universe != 0)
    ),
    players AS (
        SELECT
            scope, asset, k, player,
            groupBitOr(bitShiftLeft(toUInt64(is_play), age)) AS played,
            groupBitOr(bitShiftLeft(toUInt64(NOT is_play), age)) AS ended,
            groupBitOr(bitShiftLeft(toUInt64(NOT is_play AND is_enough), age)) AS listened
        FROM doings
        GROUP BY scope, asset, k, player
    ),
    of_windows AS (
        SELECT
            scope, asset, k, age,
            countIf(bitTest(listened, age)) AS listens,
            countIf(bitTest(ended, age)) AS ends,
            toUInt64(greatest(0, toInt64(countIf(bitTest(played, age))) - toInt64(countIf(bitTest(ended, age))))) AS plays
        FROM (SELECT *, toInt64(arrayJoin(bitPositionsToArray(bitOr(played, ended)))) AS age FROM players)
        GROUP BY scope, asset, k, age
    ),
    of_keys AS (
        SELECT
            scope, asset, k,
            arraySort(groupArray((age, listens, plays))) AS windows,
            max(max(age)) OVER (PARTITION BY scope) AS oldest,
            sum(sum(listens)) OVER (PARTITION BY scope) AS scope_listens,
            sum(sum(ends)) OVER (PARTITION BY scope) AS scope_ends,
            (scope_listens + 0.5 * {prior_players:Float64}) / (scope_ends + {prior_players:Float64}) AS qualified_rate,
            arraySum(age -> exp2(-age / {half_life_days:Float64}), range(1, oldest + 1)) AS weight,
            arraySum(w -> if(w.1 = 0, w.2 + qualified_rate * w.3, 0), windows) AS now,
            if(oldest = 0, 0, arraySum(
                w -> if(w.1 = 0, 0, (w.2 + qualified_rate * w.3) * exp2(-w.1 / {half_life_days:Float64})), windows)
                / weight) AS usual
        FROM of_windows
        GROUP BY scope, asset, k
    ),
    of_assets AS (
        SELECT
            scope, asset,
            arraySort(groupArray((k, now, usual))) AS by_key,
            arrayMap(number -> {allowances:Array(Float64)}[number], by_key.1) AS allowances,
            arraySum((x, allowed) -> if(allowed < 0, x, least(x, allowed
                * greatest(0, arraySum(by_key.2) - x) + {cap_base:Float64})), by_key.2, allowances) AS listeners,
            arraySum((x, allowed) -> if(allowed < 0, x, least(x, allowed
                * greatest(0, arraySum(by_key.3) - x) + {cap_base:Float64})), by_key.3, allowances) AS mean,
            arrayCount(x -> x > 0, by_key.2) AS trend_keys
        FROM of_keys
        GROUP BY scope, asset
    ),
    grown AS (
        SELECT
            scope,
            arraySum(arraySort(groupArray(listeners))) AS all_listeners,
            arraySum(arraySort(groupArray(mean))) AS all_means
        FROM of_assets
        GROUP BY scope
    )
SELECT
    scope, asset, listeners, trend_keys,
    if(all_means > 0, mean * all_listeners / all_means, 0) AS expected,
    all_means > 0 AS has_past
FROM of_assets
INNER JOIN grown USING (scope)
WHERE listeners > 0
ORDER BY scope, asset
SETTINGS max_bytes_before_external_group_by = 1073741824
