-- The tracks whose length is in a range and that were listened to often enough on some days; of many a hash takes some.
-- candidates: how many there are.
SELECT asset_id, count() OVER () AS candidates
FROM track_day
WHERE project = {project:String}
    AND day >= {days_from:Date} AND day < {days_to:Date}
    AND asset_id != {asset_id:UInt64}
    AND asset_id IN (
        SELECT asset_id
        FROM known_length FINAL
        WHERE project = {project:String} AND length >= {shortest:Float64} AND length <= {longest:Float64})
GROUP BY asset_id
HAVING sum(stops) + sum(skips) >= {least:UInt64}
ORDER BY cityHash64(asset_id), asset_id
LIMIT {most:UInt32}
