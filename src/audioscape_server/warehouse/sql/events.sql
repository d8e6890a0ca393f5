-- Events as they were sent, newest first, one page. The page after an event starts where that event stands in the order,
-- so it does not shift when others come in meanwhile.
SELECT
    type, asset_id, timestamp, player_id, duration, value, metadata, received_at, universe, place, spool, row, position
FROM events
WHERE project = {project:String}
    AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
    AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
    AND ({type:Nullable(String)} IS NULL OR type = {type:Nullable(String)})
    AND ({asset_id:Nullable(UInt64)} IS NULL OR asset_id = {asset_id:Nullable(UInt64)})
    AND ({player_id:Nullable(String)} IS NULL OR player_id = {player_id:Nullable(String)})
    AND (
        {after_timestamp:Nullable(Float64)} IS NULL
        OR timestamp < {after_timestamp:Nullable(Float64)}
        OR (timestamp = {after_timestamp:Nullable(Float64)}
            AND (spool, row, position) < ({after_spool:String}, {after_row:UInt64}, {after_position:UInt16})))
ORDER BY timestamp DESC, spool DESC, row DESC, position DESC
LIMIT {limit:UInt32}
