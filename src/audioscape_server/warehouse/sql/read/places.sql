-- The places of universes with an event in a period, sorted by a measure, one page; `total` counts all of them.
-- Only the measure that is sorted by is worked out: a choice among constants leaves the columns of the others unread.
-- Whole days come from the rollup, the rest from the events (see activity_of_project.sql).
WITH
    {sort:String} IN ('completion_rate', 'skip_rate') AS is_rate,
    part AS (
        SELECT
            universe, place,
            events AS n, plays AS n_play, stops AS n_stop, skips AS n_skip, completed AS n_full, up_votes AS n_up,
            down_votes AS n_down, favorites AS n_favorite, unfavorites AS n_unfavorite, queue_adds AS n_queue,
            search_clicks AS n_click, listened_micros AS micros,
            if({sort:String} = 'listeners', listeners, []) AS seen
        FROM place_day
        WHERE project = {project:String}
            AND day >= toDate(toDateTime({whole_from:UInt32}, 'UTC'))
            AND day < toDate(toDateTime({whole_to:UInt32}, 'UTC'))
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
        UNION ALL
        SELECT
            universe, place,
            count(), countIf(type = 'play'), countIf(type = 'stop'), countIf(type = 'skip'), sum(completed),
            countIf(type = 'vote' AND value = 'up'), countIf(type = 'vote' AND value = 'down'),
            countIf(type = 'favorite'), countIf(type = 'unfavorite'), countIf(type = 'add_to_queue'),
            countIf(type = 'search_click'),
            sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')),
            groupUniqArrayIf(
                bitShiftRight(sipHash64(player_id), 16),
                {sort:String} = 'listeners' AND player_id != '' AND type IN ('play', 'stop', 'skip'))
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND NOT (timestamp >= {whole_from:UInt32} AND timestamp < {whole_to:UInt32})
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (
                day <= toDate(toDateTime({whole_from:UInt32}, 'UTC'))
                OR day >= toDate(toDateTime({whole_to:UInt32}, 'UTC')))
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
        GROUP BY universe, place
    )
SELECT
    universe AS universe_id,
    place AS place_id,
    count() OVER () AS total,
    sum(
        if({sort:String} = 'events', toFloat64(n),
        if({sort:String} = 'plays', toFloat64(n_play),
        if({sort:String} = 'listened_seconds', toFloat64(micros),
        if({sort:String} = 'completed', toFloat64(n_full),
        if({sort:String} = 'completion_rate', toFloat64(n_full),
        if({sort:String} = 'skips', toFloat64(n_skip),
        if({sort:String} = 'skip_rate', toFloat64(n_skip),
        if({sort:String} = 'up_votes', toFloat64(n_up),
        if({sort:String} = 'down_votes', toFloat64(n_down),
        if({sort:String} = 'favorites', toFloat64(n_favorite),
        if({sort:String} = 'unfavorites', toFloat64(n_unfavorite),
        if({sort:String} = 'queue_adds', toFloat64(n_queue),
        toFloat64(n_click)))))))))))))) AS amount,
    sum(if(is_rate, n_stop + n_skip, 0)) AS ends,
    multiIf(
        {sort:String} = 'listeners', toFloat64(arrayUniq(groupArrayArray(seen))),
        is_rate, if(ends = 0, NULL, amount / ends),
        amount) AS sorted_by
FROM part
GROUP BY universe, place
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC NULLS LAST, universe ASC, place ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
