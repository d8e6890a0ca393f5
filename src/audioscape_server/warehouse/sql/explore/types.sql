-- The types of events in a period, the most frequent first: how many, of how many players, and between which times.
SELECT
    type,
    count() AS events,
    uniqExactIf(sipHash64(player_id), player_id != '') AS players,
    min(timestamp) AS first_at,
    max(timestamp) AS last_at,
    count() OVER () AS total
FROM events
WHERE project = {project:String}
    AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
    AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
    AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
    AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
    AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
    AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
    AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
    AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
    AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
    AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
GROUP BY type
ORDER BY events DESC, type ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
