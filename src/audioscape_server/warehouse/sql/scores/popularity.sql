-- What popularity is made of, one row per asset: in the whole project (universe 0), or in one universe.
--
-- A player counts once a day for each key and each thing done, so that an event that is there twice, or comes late,
-- changes nothing. Counts of days are weighted by age with whole numbers (`weights`, in 1 / 2^32: for each age those of
-- today, of yesterday and so on), and sums of those do not mind their order: the same events give the same sums to the
-- last bit. What is no whole number any more is summed in the order of the keys.
--
-- Events of custom types count where the project gave their type a weight (`custom_types`, `custom_weights`). What the
-- days of each say is held behind one another, the first type first.
--
-- A key that is not among `keys` came after those were asked for: nothing says what it may add, and it does not count yet.
--
-- Favourites and votes are states: the latest of each player, by the time of the event; of two at one instant the
-- `unfavorite` and the `up`.
--
-- What a key adds to an asset is capped by what the other keys say: it lifts the score by `key_points` at most. On the
-- scale of scores that is a factor (`growth`) of others + `scale`. For the mass of the score 100, which depends on the
-- caps, stands what the asset at that place has without its largest key, which no key alone can raise.
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
    -- What a player did on a day, a bit each: 0 play, 1 end, 2 listened enough, 3 skipped early, 4 queued, 5 clicked,
    -- from 6 on the custom types.
    players AS (
        SELECT
            assumeNotNull(events.asset_id) AS asset,
            toUInt16(transform(key, {keys:Array(String)}, arrayEnumerate({keys:Array(String)}), 0)) AS k,
            day,
            if(player_id != '', sipHash64(player_id),
                sipHash64(universe, place, toStartOfHour(toDateTime(timestamp, 'UTC')))) AS player,
            groupBitOr(toUInt16(multiIf(
                has({custom_types:Array(String)}, type), bitShiftLeft(toUInt16(32), indexOf({custom_types:Array(String)}, type)),
                type = 'play', 1,
                type = 'add_to_queue', 16,
                type = 'search_click', 32,
                2 + 4 * (ifNull(duration, 0) >= least({qualified_s:Float64}, if(length > 0, length, inf) / 2))
                    + 8 * ifNull(type = 'skip'
                        AND duration < least({early_s:Float64}, if(length > 0, length, inf) / 4), 0)))) AS did
        FROM events
        LEFT ANY JOIN lengths ON lengths.asset_id = events.asset_id
        WHERE project = {project:String}
            AND key IN {keys:Array(String)}
            AND day > {today:Date} - {window_days:UInt16}
            AND (type IN ('play', 'stop', 'skip', 'add_to_queue', 'search_click')
                OR has({custom_types:Array(String)}, type))
            AND isNotNull(events.asset_id)
            AND ({universe:UInt64} = 0 OR universe = {universe:UInt64})
        GROUP BY asset, k, day, player
    ),
    of_days AS (
        SELECT
            asset, k,
            {weights:Array(Array(UInt64))}[1 + greatest(0, dateDiff('day', day, {today:Date}))] AS weight,
            countIf(bitTest(did, 2)) AS listens,
            countIf(bitTest(did, 1)) AS ends,
            toUInt64(greatest(0, toInt64(countIf(bitTest(did, 0))) - toInt64(ends))) AS plays,
            countIf(bitTest(did, 4)) AS queue,
            countIf(bitTest(did, 5)) AS clicks,
            sumForEach(arrayMap(number -> bitTest(did, 5 + number), arrayEnumerate({custom_types:Array(String)}))) AS custom,
            countIf(bitTest(did, 3) AND NOT bitTest(did, 2)) AS early,
            if(dateDiff('day', day, {today:Date}) < 7, countIf(bitAnd(did, 3) != 0), 0) AS listeners
        FROM players
        GROUP BY asset, k, day
    ),
    states AS (
        SELECT
            assumeNotNull(asset_id) AS asset,
            toUInt16(transform(key, {keys:Array(String)}, arrayEnumerate({keys:Array(String)}), 0)) AS k,
            if(player_id != '', sipHash64(player_id),
                sipHash64(universe, place, toStartOfHour(toDateTime(timestamp, 'UTC')))) AS player,
            argMaxIf((type = 'favorite', day), (timestamp, type), type != 'vote') AS favorite,
            greatest(0, dateDiff('day', favorite.2, {today:Date})) AS age,
            argMaxIf(toString(value), (timestamp, value), type = 'vote') AS vote
        FROM events
        WHERE project = {project:String}
            AND key IN {keys:Array(String)}
            AND type IN ('favorite', 'unfavorite', 'vote')
            AND isNotNull(asset_id)
            AND ({universe:UInt64} = 0 OR universe = {universe:UInt64})
        GROUP BY asset, k, player
    ),
    of_keys AS (
        SELECT
            asset, k,
            sumForEach(arrayMap(w -> w * of_days.listens, weight)) AS listens,
            sumForEach(arrayMap(w -> w * of_days.plays, weight)) AS plays,
            sumForEach(arrayMap(w -> w * of_days.queue, weight)) AS queue,
            sumForEach(arrayMap(w -> w * of_days.clicks, weight)) AS clicks,
            CAST([], 'Array(UInt64)') AS favorites,
            sumForEach(arrayFlatten(arrayMap(players -> arrayMap(w -> w * players, weight), of_days.custom))) AS custom,
            sum(ends) AS all_ends, sum(early) AS all_early, sum(listeners) AS all_listeners,
            sum(of_days.listens) AS all_listens,
            toUInt64(0) AS ups, toUInt64(0) AS downs
        FROM of_days
        GROUP BY asset, k
        UNION ALL
        SELECT
            asset, k, [], [], [], [],
            sumForEach(arrayMap(
                back -> if(favorite.1 AND age >= back,
                    toUInt64(round(unit * exp2((toInt64(back) - age) / {favorite_half_life_days:Float64}))), 0),
                range({reference_days:UInt8}))),
            [], 0, 0, 0, 0, countIf(vote = 'up'), countIf(vote = 'down')
        FROM states
        GROUP BY asset, k
    ),
    weighed AS (
        SELECT
            asset, k,
            arrayResize(sumForEach(of_keys.listens), {reference_days:UInt8}) AS listens,
            arrayResize(sumForEach(of_keys.plays), {reference_days:UInt8}) AS plays,
            arrayResize(sumForEach(of_keys.queue), {reference_days:UInt8}) AS queue,
            arrayResize(sumForEach(of_keys.clicks), {reference_days:UInt8}) AS clicks,
            arrayResize(sumForEach(of_keys.favorites), {reference_days:UInt8}) AS favorites,
            arrayResize(sumForEach(of_keys.custom), {reference_days:UInt8} * length({custom_types:Array(String)})) AS custom,
            sum(all_ends) AS ends, sum(all_early) AS early, sum(all_listeners) AS listeners,
            toFloat64(sum(of_keys.ups)) AS ups, toFloat64(sum(of_keys.downs)) AS downs,
            sum(sum(all_listens)) OVER () AS listens_in_all,
            sum(ends) OVER () AS ends_in_all,
            (listens_in_all + 0.5 * {prior_players:Float64}) / (ends_in_all + {prior_players:Float64}) AS qualified_rate,
            arrayResize(
                arrayReduce('sumForEach', arrayMap(
                    (w, number) -> arrayMap(
                        players -> w * players,
                        arraySlice(custom, 1 + (number - 1) * {reference_days:UInt8}, {reference_days:UInt8})),
                    {custom_weights:Array(Float64)}, arrayEnumerate({custom_weights:Array(Float64)}))),
                {reference_days:UInt8}) AS customs,
            arrayMap(
                (l, p, q, c, f, x) -> (l + qualified_rate * p + {weight_queue:Float64} * q + {weight_click:Float64} * c
                    + {weight_favorite:Float64} * f + x) / unit,
                listens, plays, queue, clicks, favorites, customs) AS masses
        FROM of_keys
        GROUP BY asset, k
    ),
    -- A lambda copies what it takes from outside for each element: so totals are made before, never inside.
    of_assets AS (
        SELECT
            asset,
            arraySort(groupArray((k, masses, weighed.ups, weighed.downs, weighed.ends, weighed.early))) AS by_key,
            arrayMap(number -> {allowances:Array(Float64)}[number], by_key.1) AS allowances,
            sum(weighed.listens[1]) / unit AS listens,
            sum(weighed.plays[1]) / unit AS plays,
            sum(weighed.queue[1]) / unit AS queue,
            sum(weighed.clicks[1]) / unit AS clicks,
            sum(weighed.favorites[1]) / unit AS favorites,
            sumForEach(weighed.custom) AS custom,
            sum(weighed.ends) AS all_ends,
            sum(weighed.listeners) AS listeners,
            any(weighed.qualified_rate) AS qualified_rate,
            sum(weighed.ups) AS all_up,
            sum(weighed.downs) AS all_down,
            arrayReduce('sumForEach', by_key.2) AS totals,
            totals[1] - arrayMax(arrayMap((of_key, allowed) -> if(allowed < 0, 0, of_key[1]), by_key.2, allowances))
                AS without_one
        FROM weighed
        GROUP BY asset
    ),
    measured AS (
        SELECT
            *,
            countIf(without_one > 0) OVER () AS assets,
            max(without_one) OVER () AS highest,
            quantileExactIf({reference_quantile:Float64})(without_one, without_one > 0) OVER () AS at_quantile,
            greatest({least_reference:Float64}, if(assets < {reference_assets:UInt32}, highest, at_quantile)) AS known,
            pow(1 + known / {scale:Float64}, {key_points:Float64} / 100) - 1 AS growth
        FROM of_assets
    ),
    capped AS (
        SELECT
            *,
            arrayMap(
                (masses_of_key, allowed) -> if(allowed < 0, masses_of_key, arrayMap(
                    (mass, total) -> least(mass,
                        greatest(growth, allowed) * greatest(0, total - mass)
                            + growth * {scale:Float64}),
                    masses_of_key, totals)),
                by_key.2, allowances) AS counted,
            arrayMap(
                (number, allowed) -> if(allowed < 0, 1,
                    least(1, (greatest(1, allowed) * (all_ends - number) + {cap_base:Float64}) / greatest(1, number))),
                by_key.5, allowances) AS part_of_ends
        FROM measured
    )
SELECT
    asset, qualified_rate, listeners, listens, plays, queue, clicks, favorites, growth,
    arrayMap(
        (type, number) -> (type, custom[1 + (number - 1) * {reference_days:UInt8}] / unit),
        {custom_types:Array(String)}, arrayEnumerate({custom_types:Array(String)})) AS custom_players,
    totals[1] AS total,
    arraySum((number, part) -> number * part, by_key.5, part_of_ends) AS ends,
    arraySum((number, part) -> number * part, by_key.6, part_of_ends) AS early,
    arrayReduce('sumForEach', counted) AS masses,
    masses[1] AS mass,
    arraySum(
        (up, allowed) -> if(allowed < 0, up, least(up, greatest(1, allowed) * (all_up - up) + {cap_base:Float64})),
        by_key.3, allowances) AS ups,
    arraySum(
        (down, allowed) -> if(allowed < 0, down, least(down, greatest(1, allowed) * (all_down - down) + {cap_base:Float64})),
        by_key.4, allowances) AS downs,
    arrayMap(
        one -> ({keys:Array(String)}[one.1], one.2, one.3),
        arrayFilter(
            one -> one.2 > one.3,
            arrayMap((number, m, c) -> (number, m[1], c[1]), by_key.1, by_key.2, counted))) AS capped_keys
FROM capped
ORDER BY asset
SETTINGS max_bytes_before_external_group_by = 268435456, max_block_size = 16384
