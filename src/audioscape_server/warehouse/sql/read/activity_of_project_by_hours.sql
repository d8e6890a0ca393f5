-- As activity_of_project.sql, for periods that begin and end with an hour: nothing is left for the events.
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
            AND (
                NOT (day >= {days_from:Date} AND day < {days_to:Date})
                AND NOT (day >= {days_before_from:Date} AND day < {days_before_to:Date})
                OR toUInt16(day) IN {cut_days:Array(UInt16)})
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
