-- The assets with an event in a period, ascending, from one on; so many at most.
-- Whole days come from the rollup, the rest from the events; it does not know where an event came from.
SELECT groupArray(asset) AS assets
FROM (
    SELECT asset
    FROM (
        SELECT asset_id AS asset
        FROM track_day
        WHERE project = {project:String} AND day >= {days_from:Date} AND day < {days_to:Date}
            AND asset_id >= {first:UInt64}
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR asset_id NOT IN {not_assets:Array(UInt64)})
        UNION ALL
        SELECT assumeNotNull(asset_id)
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND NOT (day >= {days_from:Date} AND day < {days_to:Date})
            AND asset_id >= {first:UInt64}
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
    )
    GROUP BY asset
    ORDER BY asset
    LIMIT {limit:UInt32}
)
