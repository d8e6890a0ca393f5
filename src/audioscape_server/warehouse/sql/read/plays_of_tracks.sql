-- The plays of some assets in each bucket of a period; no row where there is none.
-- starts: of each bucket, in Unix seconds. What else is bound: see activity_of_tracks.sql, which also tells what is read
-- from the rollup.
WITH
    part AS (
        SELECT asset_id AS asset, toUnixTimestamp(toDateTime(day, 'UTC')) AS second, plays AS n
        FROM track_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}
            AND asset_id IN {assets:Array(UInt64)}
        UNION ALL
        SELECT assumeNotNull(asset_id) AS asset, roundDown(toUInt32(timestamp), {starts:Array(UInt32)}) AS second, count()
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (NOT (day >= {days_from:Date} AND day < {days_to:Date}) OR toUInt16(day) IN {cut_days:Array(UInt16)})
            AND type = 'play'
            AND asset_id IN {assets:Array(UInt64)}
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
        GROUP BY asset, second
    )
SELECT asset AS asset_id, roundDown(second, {starts:Array(UInt32)}) AS start, sum(n) AS plays
FROM part
GROUP BY asset_id, start
HAVING plays > 0
