-- The measures of each asset in a period, sorted by one of them, one page; `total` counts all assets with an event.
-- Whole days come from the rollup, the edges and `completed` from the events (see activity.sql).
WITH
    length_of AS (SELECT asset_id, length FROM track_length WHERE project = {project:String}),
    part AS (
        SELECT
            asset_id AS asset, events AS n, plays AS n_play, stops AS n_stop, skips AS n_skip, up_votes AS n_up,
            down_votes AS n_down, favorites AS n_favorite, unfavorites AS n_unfavorite, queue_adds AS n_queue,
            search_clicks AS n_click, listened_seconds AS listened, listeners AS seen, 0 AS full
        FROM asset_day
        WHERE project = {project:String}
            AND day >= toDate(toDateTime({whole_from:UInt32}, 'UTC'))
            AND day < toDate(toDateTime({whole_to:UInt32}, 'UTC'))
            AND ({universe:Nullable(UInt64)} IS NULL OR universe = {universe:Nullable(UInt64)})
        UNION ALL
        SELECT
            assumeNotNull(asset_id) AS asset, count(), countIf(type = 'play'), countIf(type = 'stop'),
            countIf(type = 'skip'), countIf(type = 'vote' AND value = 'up'), countIf(type = 'vote' AND value = 'down'),
            countIf(type = 'favorite'), countIf(type = 'unfavorite'), countIf(type = 'add_to_queue'),
            countIf(type = 'search_click'), sumKahanState(if(type IN ('stop', 'skip'), ifNull(duration, 0), 0)),
            uniqExactStateIf(sipHash64(player_id), player_id != '' AND type IN ('play', 'stop', 'skip')), 0
        FROM events
        WHERE project = {project:String}
            AND isNotNull(asset_id)
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND NOT (timestamp >= {whole_from:UInt32} AND timestamp < {whole_to:UInt32})
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (
                day <= toDate(toDateTime({whole_from:UInt32}, 'UTC'))
                OR day >= toDate(toDateTime({whole_to:UInt32}, 'UTC')))
            AND ({universe:Nullable(UInt64)} IS NULL OR universe = {universe:Nullable(UInt64)})
        GROUP BY asset
        UNION ALL
        SELECT
            length_of.asset_id AS asset, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, sumKahanState(toFloat64(0)),
            uniqExactStateIf(toUInt64(0), 0), countIf(duration >= 0.9 * length)
        FROM events
        INNER JOIN length_of ON events.asset_id = length_of.asset_id
        WHERE project = {project:String}
            AND type = 'stop'
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND ({universe:Nullable(UInt64)} IS NULL OR universe = {universe:Nullable(UInt64)})
        GROUP BY asset
    )
SELECT
    asset AS asset_id,
    count() OVER () AS total,
    sum(n) AS events,
    sum(n_play) AS plays,
    uniqExactMerge(seen) AS listeners,
    sumKahanMerge(listened) AS listened_seconds,
    sum(full) AS completed,
    sum(n_stop) + sum(n_skip) AS ends,
    if(ends = 0, NULL, completed / ends) AS completion_rate,
    sum(n_skip) AS skips,
    if(ends = 0, NULL, skips / ends) AS skip_rate,
    sum(n_up) AS up_votes,
    sum(n_down) AS down_votes,
    sum(n_favorite) AS favorites,
    sum(n_unfavorite) AS unfavorites,
    sum(n_queue) AS queue_adds,
    sum(n_click) AS search_clicks,
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
GROUP BY asset
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC NULLS LAST, asset ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
