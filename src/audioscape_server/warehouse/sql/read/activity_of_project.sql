-- The measures of a period, of the one before, and of each bucket of time, for the whole project.
--
-- bucket: 'period' or the start of one of its buckets (Unix seconds), 'before' or, with_before, 'before ' and the start
-- of one of its buckets. starts: of all buckets, ascending; what comes before the first belongs to it.
--
-- Whole days come from one rollup, whole hours from another, and what is left from the events, so any period is exact.
-- Without a whole day inside, days_from and days_to are both 0; hours likewise. Cut days are read by the hour and cut
-- hours by the event, because buckets begin within them; both are numbers counted from 1970. Both periods are one
-- statement, as finding out how to answer takes as long as answering. Distinct listeners are estimated from a bitmap of 2^23 places by linear counting (see migration 0009): exact counts are activity_of_places.
WITH
    part AS (
        SELECT
            toUnixTimestamp(toDateTime(day, 'UTC')) AS second,
            second < {since:Float64} AS is_before,
            events, plays, stops, skips, completed, up_votes, down_votes, favorites, unfavorites, queue_adds,
            search_clicks, listened_micros, listeners
        FROM project_day
        WHERE project = {project:String}
            AND (
                day >= {days_from:Date} AND day < {days_to:Date}
                OR day >= {days_before_from:Date} AND day < {days_before_to:Date})
            AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}
        UNION ALL
        SELECT
            toUnixTimestamp(hour) AS second,
            second < {since:Float64} AS is_before,
            events, plays, stops, skips, completed, up_votes, down_votes, favorites, unfavorites, queue_adds,
            search_clicks, listened_micros, listeners
        FROM project_hour
        WHERE project = {project:String}
            AND (
                second >= {hours_from:UInt32} AND second < {hours_to:UInt32}
                OR second >= {hours_before_from:UInt32} AND second < {hours_before_to:UInt32})
            AND intDiv(second, 3600) NOT IN {cut_hours:Array(UInt32)}
            AND (
                NOT (day >= {days_from:Date} AND day < {days_to:Date})
                AND NOT (day >= {days_before_from:Date} AND day < {days_before_to:Date})
                OR toUInt16(day) IN {cut_days:Array(UInt16)})
        UNION ALL
        SELECT
            if(
                timestamp < {since:Float64},
                roundDown(toUInt32(timestamp), {starts_before:Array(UInt32)}),
                roundDown(toUInt32(timestamp), {starts:Array(UInt32)})) AS second,
            timestamp < {since:Float64} AS is_before,
            count(), countIf(type = 'play'), countIf(type = 'stop'), countIf(type = 'skip'), sum(completed),
            countIf(type = 'vote' AND value = 'up'), countIf(type = 'vote' AND value = 'down'),
            countIf(type = 'favorite'), countIf(type = 'unfavorite'), countIf(type = 'add_to_queue'),
            countIf(type = 'search_click'),
            sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')),
            groupBitmapStateIf(
                toUInt32(bitShiftRight(sipHash64(player_id), 41)), player_id != '' AND type IN ('play', 'stop', 'skip'))
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {before:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({before:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (
                NOT (timestamp >= {hours_from:UInt32} AND timestamp < {hours_to:UInt32})
                AND NOT (timestamp >= {hours_before_from:UInt32} AND timestamp < {hours_before_to:UInt32})
                OR intDiv(toUInt32(timestamp), 3600) IN {cut_hours:Array(UInt32)})
            AND (
                NOT (
                    day > toDate(toDateTime({hours_from:UInt32}, 'UTC'))
                    AND day < toDate(toDateTime({hours_to:UInt32}, 'UTC')))
                AND NOT (
                    day > toDate(toDateTime({hours_before_from:UInt32}, 'UTC'))
                    AND day < toDate(toDateTime({hours_before_to:UInt32}, 'UTC')))
                OR toUInt16(day) IN (SELECT intDiv(arrayJoin({cut_hours:Array(UInt32)}), 24)))
        GROUP BY second, is_before
    )
SELECT
    bucket,
    sum(one.events) AS events,
    sum(one.plays) AS plays,
    sum(one.stops) AS stops,
    sum(one.skips) AS skips,
    sum(one.completed) AS completed,
    sum(one.up_votes) AS up_votes,
    sum(one.down_votes) AS down_votes,
    sum(one.favorites) AS favorites,
    sum(one.unfavorites) AS unfavorites,
    sum(one.queue_adds) AS queue_adds,
    sum(one.search_clicks) AS search_clicks,
    sum(one.listened_micros) AS listened_micros,
    groupBitmapMerge(one.listeners) AS taken,
    toUInt64(round(-8388608 * log(1 - least(taken, 8388607) / 8388608))) AS listeners
FROM part AS one
ARRAY JOIN if(
    is_before,
    arraySlice(
        ['before', concat('before ', toString(roundDown(second, {starts_before:Array(UInt32)})))],
        1, 1 + {with_before:UInt8}),
    ['period', toString(roundDown(second, {starts:Array(UInt32)}))]) AS bucket
GROUP BY bucket
