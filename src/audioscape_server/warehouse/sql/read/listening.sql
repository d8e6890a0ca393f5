-- How many stops and skips of an asset came in each second of listening; those past `last_second` share the next one.
SELECT
    toUInt32(least(floor(assumeNotNull(duration)), toFloat64({last_second:UInt32} + 1))) AS second,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips
FROM events
WHERE project = {project:String}
    AND asset_id = {asset_id:UInt64}
    AND type IN ('stop', 'skip')
    AND isNotNull(duration)
    AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
    AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
    AND ({universe:Nullable(UInt64)} IS NULL OR universe = {universe:Nullable(UInt64)})
    AND ({place:Nullable(UInt64)} IS NULL OR place = {place:Nullable(UInt64)})
GROUP BY second
ORDER BY second
