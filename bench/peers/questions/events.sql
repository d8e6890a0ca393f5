-- Events as they were sent, newest first, one page. A filter that is NULL lets all pass.
SELECT
    type, asset_id, extract(epoch FROM timestamp)::float8 AS timestamp, player_id, duration, value, metadata,
    received_at, universe_id, place_id
FROM events
WHERE timestamp >= to_timestamp(%(since)s) AND timestamp < to_timestamp(%(until)s)
    AND (%(type)s::text IS NULL OR type = %(type)s::text)
    AND (%(asset_id)s::bigint IS NULL OR asset_id = %(asset_id)s::bigint)
    AND (%(player_id)s::text IS NULL OR player_id = %(player_id)s::text)
ORDER BY timestamp DESC, id DESC
LIMIT %(limit)s
