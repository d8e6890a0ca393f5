-- How many events of a type there are in a period, and how many bytes of metadata they carry; of one in so many, see
-- keys.sql.
SELECT count() AS events, sum(length(metadata)) AS bytes
FROM events
WHERE project = {project:String}
    AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
    AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
    AND type = {type:String}
    AND cityHash64(spool, row, position) % {one_of:UInt64} = 0
    AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
    AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
    AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
    AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
    AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
    AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
    AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
    AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
