-- The measures of a period, of the one before, and of each bucket of time, for some universes, places and API keys; an
-- empty list means all of them. Distinct listeners are exact. bucket and interval: see activity_of_project.sql.
--
-- Whole days come from the rollup, the rest from the events. The rollup knows neither hours nor assets: who asks by
-- hour, or for assets, passes no whole days.
WITH
    part AS (
        SELECT
            toUnixTimestamp(toDateTime(day, 'UTC')) AS second,
            second < {since:Float64} AS is_before,
            events, plays, stops, skips, completed, up_votes, down_votes, favorites, unfavorites, queue_adds,
            search_clicks, listened_micros, listeners
        FROM place_day
        WHERE project = {project:String}
            AND (
                day >= {days_from:Date} AND day < {days_to:Date}
                OR day >= {days_before_from:Date} AND day < {days_before_to:Date})
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
        UNION ALL
        SELECT
            intDiv(toUInt32(timestamp), 3600) * 3600 AS second,
            timestamp < {since:Float64} AS is_before,
            count(), countIf(type = 'play'), countIf(type = 'stop'), countIf(type = 'skip'), sum(completed),
            countIf(type = 'vote' AND value = 'up'), countIf(type = 'vote' AND value = 'down'),
            countIf(type = 'favorite'), countIf(type = 'unfavorite'), countIf(type = 'add_to_queue'),
            countIf(type = 'search_click'),
            sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')),
            groupUniqArrayIf(
                bitShiftRight(sipHash64(player_id), 16), player_id != '' AND type IN ('play', 'stop', 'skip'))
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {before:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({before:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND NOT (day >= {days_from:Date} AND day < {days_to:Date})
            AND NOT (day >= {days_before_from:Date} AND day < {days_before_to:Date})
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
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
    arrayUniq(groupArrayArray(one.listeners)) AS listeners
FROM part AS one
ARRAY JOIN if(
    is_before,
    ['before'],
    ['period', toString(toUnixTimestamp(
        toDateTime(dateTrunc({interval:String}, toDateTime(second, 'UTC'), 'UTC'), 'UTC')))]) AS bucket
GROUP BY bucket
