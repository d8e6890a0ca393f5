-- The measures of a period by bucket of time, and in a last row (is_total) of the whole period.
--
-- The whole hours in the middle come from the rollup, the edges (in the period, but not in those hours) from the events,
-- so any period is exact. Without a whole hour inside, whole_from and whole_to are both 0 and all of it is edge.
-- `completed` compares each stop with the track's length, which is a median over all plays and so may move with every
-- play: it can not be rolled up, and reads three narrow columns of the stops instead.
--
-- interval: hour, day, week (from Monday) or month.
WITH
    length_of AS (SELECT asset_id, length FROM track_length WHERE project = {project:String}),
    part AS (
        SELECT
            toUInt32(hour) AS second, universe, place, type,
            events AS n, listened_seconds AS listened, up_votes AS up, down_votes AS down, players AS seen, 0 AS full
        FROM activity_hour
        WHERE project = {project:String}
            AND day >= toDate(toDateTime({whole_from:UInt32}, 'UTC'))
            AND day <= toDate(toDateTime({whole_to:UInt32}, 'UTC'))
            AND toUInt32(hour) >= {whole_from:UInt32} AND toUInt32(hour) < {whole_to:UInt32}
            AND ({universe:Nullable(UInt64)} IS NULL OR universe = {universe:Nullable(UInt64)})
            AND ({place:Nullable(UInt64)} IS NULL OR place = {place:Nullable(UInt64)})
        UNION ALL
        SELECT
            intDiv(toUInt32(timestamp), 3600) * 3600 AS second, universe, place, events.type,
            count(), sumKahanState(if(type IN ('stop', 'skip'), ifNull(duration, 0), 0)),
            countIf(type = 'vote' AND value = 'up'), countIf(type = 'vote' AND value = 'down'),
            uniqExactStateIf(sipHash64(player_id), player_id != ''), 0
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND NOT (timestamp >= {whole_from:UInt32} AND timestamp < {whole_to:UInt32})
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (
                day <= toDate(toDateTime({whole_from:UInt32}, 'UTC'))
                OR day >= toDate(toDateTime({whole_to:UInt32}, 'UTC')))
            AND ({universe:Nullable(UInt64)} IS NULL OR universe = {universe:Nullable(UInt64)})
            AND ({place:Nullable(UInt64)} IS NULL OR place = {place:Nullable(UInt64)})
        GROUP BY second, universe, place, type
        UNION ALL
        SELECT
            intDiv(toUInt32(timestamp), 3600) * 3600 AS second, universe, place, 'stop',
            0, sumKahanState(toFloat64(0)), 0, 0, uniqExactStateIf(toUInt64(0), 0),
            countIf(duration >= 0.9 * length)
        FROM events
        INNER JOIN length_of ON events.asset_id = length_of.asset_id
        WHERE project = {project:String}
            AND type = 'stop'
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND ({universe:Nullable(UInt64)} IS NULL OR universe = {universe:Nullable(UInt64)})
            AND ({place:Nullable(UInt64)} IS NULL OR place = {place:Nullable(UInt64)})
        GROUP BY second, universe, place
    )
SELECT
    grouping(start) AS is_total,
    toUnixTimestamp(toDateTime(dateTrunc({interval:String}, toDateTime(second, 'UTC'), 'UTC'), 'UTC')) AS start,
    sum(n) AS events,
    sumIf(n, type = 'play') AS plays,
    uniqExactMergeIf(seen, type IN ('play', 'stop', 'skip')) AS listeners,
    sumKahanMerge(listened) AS listened_seconds,
    sum(full) AS completed,
    sumIf(n, type IN ('stop', 'skip')) AS ends,
    if(ends = 0, NULL, completed / ends) AS completion_rate,
    sumIf(n, type = 'skip') AS skips,
    if(ends = 0, NULL, skips / ends) AS skip_rate,
    sum(up) AS up_votes,
    sum(down) AS down_votes,
    sumIf(n, type = 'favorite') AS favorites,
    sumIf(n, type = 'unfavorite') AS unfavorites,
    sumIf(n, type = 'add_to_queue') AS queue_adds,
    sumIf(n, type = 'search_click') AS search_clicks
FROM part
GROUP BY GROUPING SETS ((start), ())
ORDER BY is_total, start
