-- The measures of some places of universes in a period: of those on one page of a list.
-- whole: whether the places of a universe are one row, with 0 for the place.
-- Whole days come from the rollup, the rest from the events (see activity_of_project.sql).
WITH
    part AS (
        SELECT
            universe, place,
            events AS n, plays AS n_play, stops AS n_stop, skips AS n_skip, completed AS n_full, up_votes AS n_up,
            down_votes AS n_down, favorites AS n_favorite, unfavorites AS n_unfavorite, queue_adds AS n_queue,
            search_clicks AS n_click, listened_micros AS micros,
            listeners AS seen
        FROM place_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            AND universe IN {page_universes:Array(UInt64)}
            AND (
                {whole:UInt8}
                OR has(arrayZip({page_universes:Array(UInt64)}, {page_places:Array(UInt64)}), (universe, place)))
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
        UNION ALL
        SELECT
            universe, place,
            count(), countIf(type = 'play'), countIf(type = 'stop'), countIf(type = 'skip'), sum(completed),
            countIf(type = 'vote' AND value = 'up'), countIf(type = 'vote' AND value = 'down'),
            countIf(type = 'favorite'), countIf(type = 'unfavorite'), countIf(type = 'add_to_queue'),
            countIf(type = 'search_click'),
            sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')),
            groupUniqArrayIf(
                bitShiftRight(sipHash64(player_id), 16), player_id != '' AND type IN ('play', 'stop', 'skip'))
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND NOT (day >= {days_from:Date} AND day < {days_to:Date})
            AND universe IN {page_universes:Array(UInt64)}
            AND (
                {whole:UInt8}
                OR has(arrayZip({page_universes:Array(UInt64)}, {page_places:Array(UInt64)}), (universe, place)))
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
        GROUP BY universe, place
    )
SELECT
    universe AS universe_id,
    if({whole:UInt8}, toUInt64(0), place) AS place_id,
    sum(n) AS events,
    sum(n_play) AS plays,
    arrayUniq(groupArrayArray(seen)) AS listeners,
    sum(micros) AS listened_micros,
    sum(n_full) AS completed,
    sum(n_stop) AS stops,
    sum(n_skip) AS skips,
    sum(n_up) AS up_votes,
    sum(n_down) AS down_votes,
    sum(n_favorite) AS favorites,
    sum(n_unfavorite) AS unfavorites,
    sum(n_queue) AS queue_adds,
    sum(n_click) AS search_clicks
FROM part
GROUP BY universe, place_id
