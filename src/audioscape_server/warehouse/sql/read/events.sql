-- Events as they were sent, newest first, one page. The page after an event starts where that event stands in the order,
-- so it does not shift when others come in meanwhile. A page also ends after max_bytes of metadata: an event may carry a
-- megabyte of it, and a thousand of those are no page.
SELECT * EXCEPT (bytes_before)
FROM (
    SELECT
        *,
        sum(length(metadata)) OVER (
            ORDER BY timestamp DESC, spool DESC, row DESC, position DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - length(metadata) AS bytes_before
    FROM (
        SELECT
            type, asset_id, timestamp, player_id, duration, value, metadata, received_at, universe, place, spool, row,
            position
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
    )
)
WHERE bytes_before <= {max_bytes:UInt64}
ORDER BY timestamp DESC, spool DESC, row DESC, position DESC
