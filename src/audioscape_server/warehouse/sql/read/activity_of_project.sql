-- The measures of a period by bucket of time, and in a last row (is_total) of the whole period, for the whole project.
--
-- Whole days come from one rollup, whole hours at the two ends from another, and what is left from the events, so any
-- period is exact. Without a whole day inside, whole_from and whole_to are both 0; hours likewise. Distinct listeners
-- are estimated from a bitmap of 2^23 places by linear counting (see migration 0009): exact counts are activity_of_places.
--
-- interval: hour (then whole_from and whole_to have to be 0), day, week (from Monday) or month.
WITH
    part AS (
        SELECT
            toUnixTimestamp(toDateTime(day, 'UTC')) AS second,
            events AS n, plays AS n_play, stops AS n_stop, skips AS n_skip, completed AS n_full, up_votes AS n_up,
            down_votes AS n_down, favorites AS n_favorite, unfavorites AS n_unfavorite, queue_adds AS n_queue,
            search_clicks AS n_click, listened_micros AS micros,
            listeners AS seen
        FROM project_day
        WHERE project = {project:String}
            AND day >= toDate(toDateTime({whole_from:UInt32}, 'UTC'))
            AND day < toDate(toDateTime({whole_to:UInt32}, 'UTC'))
        UNION ALL
        SELECT
            toUnixTimestamp(hour),
            events, plays, stops, skips, completed, up_votes, down_votes, favorites, unfavorites,
            queue_adds, search_clicks, listened_micros, listeners
        FROM project_hour
        WHERE project = {project:String}
            AND day >= toDate(toDateTime({hours_from:UInt32}, 'UTC'))
            AND day <= toDate(toDateTime({hours_to:UInt32}, 'UTC'))
            AND toUInt32(hour) >= {hours_from:UInt32} AND toUInt32(hour) < {hours_to:UInt32}
            AND NOT (toUInt32(hour) >= {whole_from:UInt32} AND toUInt32(hour) < {whole_to:UInt32})
        UNION ALL
        SELECT
            intDiv(toUInt32(timestamp), 3600) * 3600 AS second,
            count(), countIf(type = 'play'), countIf(type = 'stop'), countIf(type = 'skip'), sum(completed),
            countIf(type = 'vote' AND value = 'up'), countIf(type = 'vote' AND value = 'down'),
            countIf(type = 'favorite'), countIf(type = 'unfavorite'), countIf(type = 'add_to_queue'),
            countIf(type = 'search_click'),
            sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')),
            groupBitmapStateIf(
                toUInt32(bitShiftRight(sipHash64(player_id), 41)), player_id != '' AND type IN ('play', 'stop', 'skip'))
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND NOT (timestamp >= {hours_from:UInt32} AND timestamp < {hours_to:UInt32})
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (
                day <= toDate(toDateTime({hours_from:UInt32}, 'UTC'))
                OR day >= toDate(toDateTime({hours_to:UInt32}, 'UTC')))
        GROUP BY second
    ),
    8388608 AS places
SELECT
    grouping(start) AS is_total,
    toUnixTimestamp(toDateTime(dateTrunc({interval:String}, toDateTime(second, 'UTC'), 'UTC'), 'UTC')) AS start,
    groupBitmapMerge(seen) AS taken,
    sum(n) AS events,
    sum(n_play) AS plays,
    toUInt64(round(-places * log(1 - least(taken, places - 1) / places))) AS listeners,
    sum(micros) / 1000000 AS listened_seconds,
    sum(n_full) AS completed,
    sum(n_stop) + sum(n_skip) AS ends,
    if(ends = 0, NULL, completed / ends) AS completion_rate,
    sum(n_skip) AS skips,
    if(ends = 0, NULL, skips / ends) AS skip_rate,
    sum(n_up) AS up_votes,
    sum(n_down) AS down_votes,
    sum(n_favorite) AS favorites,
    sum(n_unfavorite) AS unfavorites,
    sum(n_queue) AS queue_adds,
    sum(n_click) AS search_clicks
FROM part
GROUP BY GROUPING SETS ((start), ())
ORDER BY is_total, start
