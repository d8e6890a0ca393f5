-- How many stops and skips of an asset came in each second of listening; those past 3,600 share the next one.
-- Whole days come from the rollup, the rest from the events (see activity_of_tracks.sql).
SELECT second, sum(n_stop) AS stops, sum(n_skip) AS skips
FROM (
    SELECT at.1 AS second, at.2 AS n_stop, 0 AS n_skip
    FROM track_day
    ARRAY JOIN CAST(stopped_at, 'Array(Tuple(UInt16, UInt64))') AS at
    WHERE project = {project:String}
        AND asset_id = {asset_id:UInt64}
        AND day >= {days_from:Date} AND day < {days_to:Date}
    UNION ALL
    SELECT at.1, 0, at.2
    FROM track_day
    ARRAY JOIN CAST(skipped_at, 'Array(Tuple(UInt16, UInt64))') AS at
    WHERE project = {project:String}
        AND asset_id = {asset_id:UInt64}
        AND day >= {days_from:Date} AND day < {days_to:Date}
    UNION ALL
    SELECT toUInt16(least(floor(assumeNotNull(duration)), 3601)), countIf(type = 'stop'), countIf(type = 'skip')
    FROM events
    WHERE project = {project:String}
        AND asset_id = {asset_id:UInt64}
        AND type IN ('stop', 'skip')
        AND isNotNull(duration)
        AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
        AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
        AND NOT (day >= {days_from:Date} AND day < {days_to:Date})
        AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
        AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
        AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
        AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
        AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
        AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
    GROUP BY 1
)
GROUP BY second
ORDER BY second
