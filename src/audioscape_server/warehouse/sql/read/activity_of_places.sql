-- The measures of a period, of the one before, and of each bucket of time, for some universes, places and API keys; an
-- empty list means all of them. Distinct listeners are exact. What is bound: see activity_of_project.sql.
--
-- Whole days come from the rollup, the rest from the events. The rollup knows neither hours nor assets: cut days are
-- read by the event, and who asks for assets passes no whole days.
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
            AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
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
            groupUniqArrayIf(
                bitShiftRight(sipHash64(player_id), 16), player_id != '' AND type IN ('play', 'stop', 'skip'))
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {before:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({before:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (
                NOT (day >= {days_from:Date} AND day < {days_to:Date})
                AND NOT (day >= {days_before_from:Date} AND day < {days_before_to:Date})
                OR toUInt16(day) IN {cut_days:Array(UInt16)})
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
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
    arraySlice(
        ['before', concat('before ', toString(roundDown(second, {starts_before:Array(UInt32)})))],
        1, 1 + {with_before:UInt8}),
    ['period', toString(roundDown(second, {starts:Array(UInt32)}))]) AS bucket
GROUP BY bucket
