-- The measures of each place of each universe in a period, sorted by one of them, one page; `total` counts all of them.
-- Whole hours come from the rollup, the edges and `completed` from the events (see activity.sql).
WITH
    length_of AS (SELECT asset_id, length FROM track_length WHERE project = {project:String}),
    part AS (
        SELECT
            universe, place, type, events AS n, listened_seconds AS listened, up_votes AS up, down_votes AS down,
            players AS seen, 0 AS full
        FROM activity_hour
        WHERE project = {project:String}
            AND day >= toDate(toDateTime({whole_from:UInt32}, 'UTC'))
            AND day <= toDate(toDateTime({whole_to:UInt32}, 'UTC'))
            AND toUInt32(hour) >= {whole_from:UInt32} AND toUInt32(hour) < {whole_to:UInt32}
        UNION ALL
        SELECT
            universe, place, events.type, count(),
            sumKahanState(if(type IN ('stop', 'skip'), ifNull(duration, 0), 0)), countIf(type = 'vote' AND value = 'up'),
            countIf(type = 'vote' AND value = 'down'), uniqExactStateIf(sipHash64(player_id), player_id != ''), 0
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND NOT (timestamp >= {whole_from:UInt32} AND timestamp < {whole_to:UInt32})
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (
                day <= toDate(toDateTime({whole_from:UInt32}, 'UTC'))
                OR day >= toDate(toDateTime({whole_to:UInt32}, 'UTC')))
        GROUP BY universe, place, type
        UNION ALL
        SELECT
            universe, place, 'stop', 0, sumKahanState(toFloat64(0)), 0, 0, uniqExactStateIf(toUInt64(0), 0),
            countIf(duration >= 0.9 * length)
        FROM events
        INNER JOIN length_of ON events.asset_id = length_of.asset_id
        WHERE project = {project:String}
            AND type = 'stop'
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
        GROUP BY universe, place
    )
SELECT
    universe AS universe_id,
    place AS place_id,
    count() OVER () AS total,
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
    sumIf(n, type = 'search_click') AS search_clicks,
    -- The name of a measure picks its value; a name that is not in the list picks none.
    arrayElement(
        [
            toNullable(toFloat64(events)), plays, listeners, round(listened_seconds, 6), completed, completion_rate, skips,
            skip_rate, up_votes, down_votes, favorites, unfavorites, queue_adds, search_clicks
        ]::Array(Nullable(Float64)),
        indexOf(
            [
                'events', 'plays', 'listeners', 'listened_seconds', 'completed', 'completion_rate', 'skips',
                'skip_rate', 'up_votes', 'down_votes', 'favorites', 'unfavorites', 'queue_adds', 'search_clicks'
            ],
            {sort:String})) AS sorted_by
FROM part
GROUP BY universe, place
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC NULLS LAST, universe ASC, place ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
