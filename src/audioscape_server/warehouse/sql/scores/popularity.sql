-- What popularity is made of, one row per scope and asset. A scope is the whole project (universe 0), or each universe.
--
-- A player counts once a day for each key and each thing done: the day of a player is one bit, by its age in days, so
-- that an event that is there twice, or comes late, changes nothing. Bits are counted per key and day, counts are
-- weighted by age in a fixed order: the same events give the same sums to the last bit.
--
-- Favourites and votes are states: the latest of each player, by the time of the event; of two at one instant the
-- `unfavorite` and the `up`.
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
            toUInt8(greatest(0, dateDiff('day', day, {today:Date}))) AS age,
            type,
            duration,
            type IN ('stop', 'skip') AS is_end,
            ifNull(duration, 0) AS heard,
            if(length > 0, length, inf) AS whole
        FROM events
        LEFT ANY JOIN lengths ON lengths.asset_id = events.asset_id
        WHERE project = {project:String}
            AND day > {today:Date} - {window_days:UInt16}
            AND type IN ('play', 'stop', 'skip', 'add_to_queue', 'search_click')
            AND isNotNull(events.asset_id)
            AND (NOT {by_universe:UInt8} OR universe != 0)
    ),
    players AS (
        SELECT
            scope, asset, k, player,
            groupBitOr(bitShiftLeft(toUInt64(type = 'play'), age)) AS played,
            groupBitOr(bitShiftLeft(toUInt64(is_end), age)) AS ended,
            groupBitOr(bitShiftLeft(toUInt64(is_end AND heard >= least({qualified_s:Float64}, whole / 2)), age)) AS listened,
            groupBitOr(bitShiftLeft(toUInt64(
                type = 'skip' AND isNotNull(duration) AND heard < least({early_s:Float64}, whole / 4)), age)) AS skipped_early,
            groupBitOr(bitShiftLeft(toUInt64(type = 'add_to_queue'), age)) AS queued,
            groupBitOr(bitShiftLeft(toUInt64(type = 'search_click'), age)) AS clicked
        FROM doings
        GROUP BY scope, asset, k, player
    ),
    states AS (
        SELECT
            if({by_universe:UInt8}, universe, 0) AS scope,
            assumeNotNull(asset_id) AS asset,
            toUInt16(indexOf({keys:Array(String)}, key)) AS k,
            if(player_id != '', sipHash64(player_id),
                sipHash64(universe, place, toStartOfHour(toDateTime(timestamp, 'UTC')))) AS player,
            argMaxIf((type = 'favorite', day), (timestamp, type), type != 'vote') AS favorite,
            argMaxIf(toString(value), (timestamp, value), type = 'vote') AS vote
        FROM events
        WHERE project = {project:String}
            AND type IN ('favorite', 'unfavorite', 'vote')
            AND isNotNull(asset_id)
            AND (NOT {by_universe:UInt8} OR universe != 0)
        GROUP BY scope, asset, k, player
    ),
    of_days AS (
        SELECT
            scope, asset, k, age,
            countIf(bitTest(listened, age)) AS listens,
            toUInt64(greatest(0, toInt64(countIf(bitTest(played, age))) - toInt64(countIf(bitTest(ended, age))))) AS plays,
            countIf(bitTest(queued, age)) AS queue,
            countIf(bitTest(clicked, age)) AS clicks,
            countIf(bitTest(ended, age)) AS ends,
            countIf(bitTest(skipped_early, age) AND NOT bitTest(listened, age)) AS early,
            countIf(age < 7 AND age = bitPositionsToArray(bitOr(played, ended))[1]) AS listeners,
            toUInt64(0) AS favorites, toUInt64(0) AS ups, toUInt64(0) AS downs
        FROM (
            SELECT *, toInt64(arrayJoin(bitPositionsToArray(bitOr(bitOr(played, ended), bitOr(queued, clicked))))) AS age
            FROM players
        )
        GROUP BY scope, asset, k, age
        UNION ALL
        SELECT
            scope, asset, k, greatest(0, dateDiff('day', favorite.2, {today:Date})) AS age,
            0, 0, 0, 0, 0, 0, 0, countIf(favorite.1), 0, 0
        FROM states
        GROUP BY scope, asset, k, age
        UNION ALL
        SELECT scope, asset, k, 0, 0, 0, 0, 0, 0, 0, 0, 0, countIf(vote = 'up'), countIf(vote = 'down')
        FROM states
        GROUP BY scope, asset, k
    ),
    of_keys AS (
        SELECT
            scope, asset, k,
            arraySort(groupArray((toInt64(age), listens, plays, queue, clicks, favorites))) AS days,
            sum(ends) AS all_ends,
            sum(early) AS all_early,
            sum(listeners) AS all_listeners,
    toFloat64(sum(ups)) AS all_ups,
            toFloat64(sum(downs)) AS all_downs,
            sum(sum(listens)) OVER (PARTITION BY scope) AS scope_listens,
            sum(sum(ends)) OVER (PARTITION BY scope) AS scope_ends,
            (scope_listens + 0.5 * {prior_players:Float64}) / (scope_ends + {prior_players:Float64}) AS qualified_rate
        FROM of_days
        GROUP BY scope, asset, k
    ),
    weighed AS (
        SELECT
            scope, asset, k, all_ends, all_early, all_listeners, all_ups, all_downs, qualified_rate,
            arrayMap(d -> exp2(-d.1 / {half_life_days:Float64}), days) AS weights,
            arraySum((d, w) -> d.2 * w, days, weights) AS listens,
            arraySum((d, w) -> d.3 * w, days, weights) AS plays,
            arraySum((d, w) -> d.4 * w, days, weights) AS queue,
            arraySum((d, w) -> d.5 * w, days, weights) AS clicks,
            arraySum(d -> d.6 * exp2(-d.1 / {favorite_half_life_days:Float64}), days) AS favorites,
            arrayMap(
                back -> arraySum(
                    d -> if(d.1 < back, 0,
                        (d.2 + qualified_rate * d.3 + {weight_queue:Float64} * d.4 + {weight_click:Float64} * d.5)
                            * exp2((back - d.1) / {half_life_days:Float64})
                        + {weight_favorite:Float64} * d.6 * exp2((back - d.1) / {favorite_half_life_days:Float64})),
                    days),
                range({reference_days:UInt8})) AS masses
        FROM of_keys
    ),
    of_assets AS (
        SELECT
            scope, asset,
            arraySort(groupArray((k, masses, listens, plays, queue, clicks, favorites, all_ups, all_downs))) AS by_key,
            by_key.1 AS ks,
            arrayMap(number -> {allowances:Array(Float64)}[number], ks) AS allowances,
            sum(all_ends) AS ends,
            sum(all_early) AS early,
            sum(all_listeners) AS listeners,
            any(weighed.qualified_rate) AS qualified_rate,
            arrayMap(m -> m[1], by_key.2) AS uncapped,
            arraySum(uncapped) AS total,
            arrayMap((m, allowed) -> if(allowed < 0, m, least(m, allowed * greatest(0, total - m) + {cap_base:Float64})),
                uncapped, allowances) AS counted
        FROM weighed
        GROUP BY scope, asset
    )
SELECT
    scope, asset, qualified_rate, ends, early, listeners,
    arraySum(by_key.3) AS listens,
    arraySum(by_key.4) AS plays,
    arraySum(by_key.5) AS queue,
    arraySum(by_key.6) AS clicks,
    arraySum(by_key.7) AS favorites,
    total,
    arraySum(counted) AS mass,
    arrayMap(
        back -> arraySum(
            (m, allowed) -> if(allowed < 0, m[back + 1], least(m[back + 1], allowed
                * greatest(0, arraySum(o -> o[back + 1], by_key.2) - m[back + 1]) + {cap_base:Float64})),
            by_key.2, allowances),
        range({reference_days:UInt8})) AS masses,
    arrayMap(
        (up, allowed) -> if(allowed < 0, up, least(up, allowed * (arraySum(by_key.8) - up) + {cap_base:Float64})),
        by_key.8, allowances) AS ups_counted,
    arrayMap(
        (down, allowed) -> if(allowed < 0, down, least(down, allowed * (arraySum(by_key.9) - down) + {cap_base:Float64})),
        by_key.9, allowances) AS downs_counted,
    arraySum(ups_counted) AS ups,
    arraySum(downs_counted) AS downs,
    arrayFilter(one -> one.2 > one.3,
        arrayMap((number, m, c) -> ({keys:Array(String)}[number], m, c), ks, uncapped, counted)) AS capped
FROM of_assets
ORDER BY scope, asset
SETTINGS max_bytes_before_external_group_by = 1073741824
