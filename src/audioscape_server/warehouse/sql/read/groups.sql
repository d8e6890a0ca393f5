-- The measures of groups of assets in a period, sorted by one of them, one page; `total` counts all groups.
--
-- asset_group comes with the question: the number of each asset's group. An asset that is not in it is of number 0.
-- measure: the sum, or what the rate is of. is_rate: whether to divide by the number of stops and skips.
-- A listener of several assets of a group counts once, so there are as many merged sets as groups: uniqExactArray keeps
-- each listener once while it merges, where a list of all would grow with the days.
-- Whole days come from the rollup, the rest from the events; it does not know where an event came from.
WITH
    part AS (
        SELECT
            asset_id AS asset,
            events AS n, plays AS n_play, stops AS n_stop, skips AS n_skip, completed AS n_full, up_votes AS n_up,
            down_votes AS n_down, favorites AS n_favorite, unfavorites AS n_unfavorite, queue_adds AS n_queue,
            search_clicks AS n_click, listened_micros AS micros,
            listeners AS seen
        FROM track_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR asset_id NOT IN {not_assets:Array(UInt64)})
        UNION ALL
        SELECT
            assumeNotNull(asset_id) AS asset,
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
            AND isNotNull(asset_id)
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
        GROUP BY asset
    ),
    summed AS (
        SELECT
            asset_group.number AS number,
            uniqExact(part.asset) AS tracks,
            sum(n) AS events,
            sum(n_play) AS plays,
            uniqExactArray(seen) AS listeners,
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
        LEFT ANY JOIN asset_group ON asset_group.asset = part.asset
        GROUP BY number
    )
SELECT
    *,
    count() OVER () AS total,
    toFloat64({measure:Identifier}) AS amount,
    if({is_rate:UInt8}, if(stops + skips = 0, NULL, amount / (stops + skips)), amount) AS sorted_by
FROM summed
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC NULLS LAST, number = 0 ASC, number ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
