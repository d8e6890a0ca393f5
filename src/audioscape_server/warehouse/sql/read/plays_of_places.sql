-- The plays of some places of universes in each bucket of a period: of those on one page of a list; no row where there is
-- none.
-- starts: of each bucket, in Unix seconds. What else is bound: see measures_of_places.sql, and activity_of_places.sql,
-- which also tells what is read from the rollup.
WITH
    part AS (
        SELECT universe, place, toUnixTimestamp(toDateTime(day, 'UTC')) AS second, plays AS n
        FROM place_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}
            AND universe IN {page_universes:Array(UInt64)}
            AND (
                {whole:UInt8}
                OR has(arrayZip({page_universes:Array(UInt64)}, {page_places:Array(UInt64)}), (universe, place)))
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
        UNION ALL
        SELECT universe, place, roundDown(toUInt32(timestamp), {starts:Array(UInt32)}) AS second, count()
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (NOT (day >= {days_from:Date} AND day < {days_to:Date}) OR toUInt16(day) IN {cut_days:Array(UInt16)})
            AND type = 'play'
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
        GROUP BY universe, place, second
    )
SELECT
    universe AS universe_id,
    if({whole:UInt8}, toUInt64(0), place) AS place_id,
    roundDown(second, {starts:Array(UInt32)}) AS start,
    sum(n) AS plays
FROM part
GROUP BY universe_id, place_id, start
HAVING plays > 0
