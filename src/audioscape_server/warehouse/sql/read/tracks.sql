-- The assets with an event in a period, sorted by a sum or by a rate, one page; `total` counts all of them.
--
-- measure: the sum, or what the rate is of. is_rate: whether to divide by the number of stops and skips.
-- early: the second of listening before which a skip is early.
-- Whole days come from the rollup, the rest from the events; it does not know where an event came from.
WITH
    part AS (
        SELECT asset_id AS asset, {measure:Identifier} AS amount, stops + skips AS ends
        FROM (
            SELECT *, arraySum(mapValues(mapFilter((second, n) -> second < {early:UInt16}, skipped_at))) AS early_skips
            FROM track_day
            WHERE project = {project:String} AND day >= {days_from:Date} AND day < {days_to:Date}
                AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
                AND (empty({not_assets:Array(UInt64)}) OR asset_id NOT IN {not_assets:Array(UInt64)})
        )
        UNION ALL
        SELECT asset, {measure:Identifier}, stops + skips
        FROM (
            SELECT
                assumeNotNull(asset_id) AS asset,
                count() AS events,
                countIf(type = 'play') AS plays,
                countIf(type = 'stop') AS stops,
                countIf(type = 'skip') AS skips,
                countIf(type = 'skip' AND duration < {early:UInt16}) AS early_skips,
                sum(completed) AS completed,
                countIf(type = 'vote' AND value = 'up') AS up_votes,
                countIf(type = 'vote' AND value = 'down') AS down_votes,
                countIf(type = 'favorite') AS favorites,
                countIf(type = 'unfavorite') AS unfavorites,
                countIf(type = 'add_to_queue') AS queue_adds,
                countIf(type = 'search_click') AS search_clicks,
                sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')) AS listened_micros
            FROM events
            WHERE project = {project:String}
                AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
                AND day >= toDate(toDateTime({since:Float64}, 'UTC'))
                AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
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
        )
    )
SELECT
    asset AS asset_id,
    count() OVER () AS total,
    toFloat64(sum(amount)) AS summed,
    if({is_rate:UInt8}, if(sum(ends) = 0, NULL, summed / sum(ends)), summed) AS sorted_by
FROM part
GROUP BY asset
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC NULLS LAST, asset ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
