-- What players did: who was active on which days, who was new, who listened for how long, and their sessions. Everything is
-- read once and grouped by player once. The period begins with the day at place `period_from` of `days`; those before it
-- tell who was active lately.
--
-- Each player says a few small numbers, which are counted. Told are, with a number, how many players said it:
--   active     on the day at place number / 32; the next active day is number % 32 days later, 28 = or more, or none.
--              Of the days before the period only the last active one is told. From that follows who was active in the 7 or
--              28 days that end with a day, without uniting any sets: a player is, if the last active day up to there is
--              among them, and that is the day after which nothing comes until then.
--   new        on the day at this place
--   lately     active on so many of the days from `last_days_from` on
--   present    in the period
--   heard      so many whole minutes of the period, 300 = or more: those with a play, a stop or a skip
--   session    how many sessions began on the day at this place, in place of players, and their median length
--   sessions   the same of the whole period
--   nobody     the events without a player
-- A session is what a player sent without a pause of more than 1,800 seconds: events from that long before the period on
-- are looked at, too, for who sent one there was in a session already.
--
-- The first event ever is that among all events, whatever the filters: who was new since the period began is told by
-- first_seen, in this generation, of all days but the `unknown_days`, and by the events of those.
SELECT
    told.1 AS said,
    told.2 AS number,
    sum(n) AS players,
    sum(events_of_code) AS events,
    quantileExactInclusiveMerge(0.5)(lengths) AS median_seconds
FROM (
    -- What is said is put into 32 bits: its kind above 24.
    SELECT
        code,
        count() AS n,
        sum(events) AS events_of_code,
        quantileExactInclusiveStateIf(0.5)(seconds, bitShiftRight(code, 24) = 1) AS lengths
    FROM (
        SELECT
            events,
            seconds_of_sessions,
            arrayConcat(
                arrayMap(place -> toUInt32(16777216 + place), arrayFilter((place, is_first) -> is_first, places, begins)),
                arrayMap(
                    (one, next) -> toUInt32(one * 32 + least(28, next - one)),
                    active,
                    arrayPopFront(arrayPushBack(active, 65535))),
                [toUInt32(if(
                    is_nobody,
                    50331648,
                    33554432 + lately + 32 * (events > 0) + 64 * minutes + 32768 * is_new * (active[2] + 1)))]) AS codes
        FROM (
            SELECT
                player = sipHash64('') AS is_nobody,
                events,
                arraySort(times) AS sorted,
                -- What came within a pause before the period is of the day before, or of none: 500.
                arrayMap(
                    at -> if(
                        at < {days:Array(UInt32)}[{period_from:UInt16} + 1],
                        if({period_from:UInt16} > 0, {period_from:UInt16} - 1, 500),
                        toUInt16(round(
                            (roundDown(toUInt32(at), {days:Array(UInt32)}) - {window_from:Float64}) / 86400))),
                    sorted) AS places,
                -- Before all others the last one before the period, or none.
                arrayCompact(arrayPushFront(places, if(before = 0, 500, toUInt16(floor(log2(before)))))) AS active,
                (player, active[2]) IN (
                    SELECT player, toUInt16(round(
                        (roundDown(toUInt32(min(at)), {days:Array(UInt32)}) - {window_from:Float64}) / 86400))
                    FROM (
                        SELECT sipHash64(player_id) AS player, timestamp AS at
                        FROM events
                        WHERE project = {project:String}
                            AND timestamp < {until:Float64}
                            AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
                            AND day IN {unknown_days:Array(Date)}
                            AND player_id != ''
                        UNION ALL
                        SELECT player, -seen.at AS at
                        FROM first_seen
                        WHERE project = {project:String} AND seen.generation = {generation:UInt64} AND at < {until:Float64}
                            AND player IN (
                                SELECT player
                                FROM first_seen
                                WHERE project = {project:String} AND seen.generation = {generation:UInt64}
                                    AND -seen.at >= {days:Array(UInt32)}[{period_from:UInt16} + 1]
                                UNION ALL
                                SELECT sipHash64(player_id)
                                FROM events
                                WHERE project = {project:String}
                                    AND {generation:UInt64} > 0
                                    AND timestamp < {until:Float64}
                                    AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
                                    AND day IN {unknown_days:Array(Date)}
                                    AND player_id != '')
                    )
                    GROUP BY player
                    HAVING min(at) >= {days:Array(UInt32)}[{period_from:UInt16} + 1]
                ) AS is_new,
                bitCount(bitAnd(before, bitShiftLeft(4294967295, least(31, {last_days_from:UInt16}))))
                    + arrayCount(
                        place -> place < 500 AND place >= greatest({last_days_from:UInt16}, {period_from:UInt16}),
                        active) AS lately,
                if(listens, 1 + least(300, intDiv(listened_micros, 60000000)), 0) AS minutes,
                arrayMap(
                    (at, earlier) -> at - earlier > 1800,
                    sorted,
                    arrayPopBack(arrayPushFront(sorted, -3600.))) AS begins,
                arrayMap(
                    (first, last) -> last - first,
                    arrayFilter((at, is_first) -> is_first, sorted, begins),
                    arrayFilter((at, is_last) -> is_last, sorted, arrayPopFront(arrayPushBack(begins, 1)))
                ) AS seconds_of_sessions
            FROM (
                SELECT
                    sipHash64(player_id) AS player,
                    toFloat64({days:Array(UInt32)}[{period_from:UInt16} + 1]) AS since,
                    -- The place of each of the days before the period, at most 27, is a bit.
                    groupBitOr(if(
                        timestamp >= {window_from:Float64} AND timestamp < since AND player_id != '',
                        bitShiftLeft(1::UInt32, toUInt8(round(
                            (roundDown(toUInt32(timestamp), {days:Array(UInt32)}) - {window_from:Float64}) / 86400))),
                        0)) AS before,
                    countIf(timestamp >= since) AS events,
                    max(timestamp >= since AND type IN ('play', 'stop', 'skip')) AS listens,
                    -- Each at most 300 minutes: nothing longer is told apart, and their sum stays within 64 bits.
                    sumIf(
                        toUInt64(round(least(18000, ifNull(duration, 0)) * 1000000)),
                        timestamp >= since AND type IN ('stop', 'skip')) AS listened_micros,
                    groupArrayIf(timestamp, timestamp >= since - 1800 AND player_id != '') AS times
                FROM events
                WHERE project = {project:String}
                    AND timestamp >= least({window_from:Float64}, since - 1800) AND timestamp < {until:Float64}
                    AND day >= toDate(toDateTime(least({window_from:Float64}, since - 1800), 'UTC'))
                    AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
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
        )
    )
    ARRAY JOIN codes AS code, arrayResize(seconds_of_sessions, length(codes)) AS seconds
    GROUP BY code
)
ARRAY JOIN multiIf(
    bitShiftRight(code, 24) = 0, [('active', toUInt16(code))],
    bitShiftRight(code, 24) = 1, arrayFilter(
        one -> toUInt16(code) BETWEEN {period_from:UInt16} AND 499, [('session', toUInt16(code)), ('sessions', 0)]),
    bitShiftRight(code, 24) = 3, [('nobody', 0)],
    arrayMap(
        one -> (one.1, toUInt16(one.2 - (one.1 IN ('new', 'heard')))),
        arrayFilter(one -> one.2 > 0, [
            ('lately', toUInt32(bitAnd(code, 31))),
            ('present', bitAnd(bitShiftRight(code, 5), 1)),
            ('heard', bitAnd(bitShiftRight(code, 6), 511)),
            ('new', bitAnd(bitShiftRight(code, 15), 511))]))) AS told
GROUP BY said, number
SETTINGS max_bytes_before_external_group_by = 1073741824
