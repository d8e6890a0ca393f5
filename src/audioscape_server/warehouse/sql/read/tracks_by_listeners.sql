-- The assets with an event in a period, sorted by distinct listeners, one page; `total` counts all of them.
-- Whole days come from the rollup, the rest from the events; it does not know where an event came from.
WITH
    part AS (
        SELECT asset_id AS asset, listeners
        FROM track_day
        WHERE project = {project:String} AND day >= {days_from:Date} AND day < {days_to:Date}
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR asset_id NOT IN {not_assets:Array(UInt64)})
        UNION ALL
        SELECT
            assumeNotNull(asset_id) AS asset,
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
    )
SELECT
    asset AS asset_id,
    count() OVER () AS total,
    toInt64(arrayUniq(groupArrayArray(listeners))) AS sorted_by
FROM part
GROUP BY asset
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC, asset ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
