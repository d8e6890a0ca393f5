-- The measures of some assets in a period: of those on one page of a list.
-- early: the second of listening before which a skip is early.
-- Whole days come from the rollup, the rest from the events (see activity_of_project.sql).
WITH
    part AS (
        SELECT
            asset_id AS asset,
            events AS n, plays AS n_play, stops AS n_stop, skips AS n_skip, completed AS n_full, up_votes AS n_up,
            down_votes AS n_down, favorites AS n_favorite, unfavorites AS n_unfavorite, queue_adds AS n_queue,
            search_clicks AS n_click, listened_micros AS micros,
            listeners AS seen,
            arraySum(mapValues(mapFilter((second, n) -> second < {early:UInt16}, skipped_at))) AS n_early
        FROM track_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            AND asset_id IN {assets:Array(UInt64)}
        UNION ALL
        SELECT
            assumeNotNull(asset_id) AS asset,
            count(), countIf(type = 'play'), countIf(type = 'stop'), countIf(type = 'skip'), sum(completed),
            countIf(type = 'vote' AND value = 'up'), countIf(type = 'vote' AND value = 'down'),
            countIf(type = 'favorite'), countIf(type = 'unfavorite'), countIf(type = 'add_to_queue'),
            countIf(type = 'search_click'),
            sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')),
            groupUniqArrayIf(
                bitShiftRight(sipHash64(player_id), 16), player_id != '' AND type IN ('play', 'stop', 'skip')),
            countIf(type = 'skip' AND duration < {early:UInt16})
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND NOT (day >= {days_from:Date} AND day < {days_to:Date})
            AND asset_id IN {assets:Array(UInt64)}
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
        GROUP BY asset
    )
SELECT
    asset AS asset_id,
    sum(n) AS events,
    sum(n_play) AS plays,
    arrayUniq(groupArrayArray(seen)) AS listeners,
    sum(micros) AS listened_micros,
    sum(n_full) AS completed,
    sum(n_stop) AS stops,
    sum(n_skip) AS skips,
    sum(n_early) AS early_skips,
    sum(n_up) AS up_votes,
    sum(n_down) AS down_votes,
    sum(n_favorite) AS favorites,
    sum(n_unfavorite) AS unfavorites,
    sum(n_queue) AS queue_adds,
    sum(n_click) AS search_clicks
FROM part
GROUP BY asset
