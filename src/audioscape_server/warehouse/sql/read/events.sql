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
            {% include "periods/events" %}
            {% if type is not none %}AND type = {type:String}{% endif %}
            {% if asset_id is not none %}AND asset_id = {asset_id:UInt64}{% endif %}
            {% if player_id is not none %}AND player_id = {player_id:String}{% endif %}
            {% if after_timestamp is not none %}
            AND (
                timestamp < {after_timestamp:Float64}
                OR (timestamp = {after_timestamp:Float64}
                    AND (spool, row, position) < ({after_spool:String}, {after_row:UInt64}, {after_position:UInt16})))
            {% endif %}
        ORDER BY timestamp DESC, spool DESC, row DESC, position DESC
        LIMIT {limit:UInt32}
    )
)
WHERE bytes_before <= {max_bytes:UInt64}
ORDER BY timestamp DESC, spool DESC, row DESC, position DESC
