-- One statement for the events of a batch, however many; by itself it is one transaction.
INSERT INTO events (
    key, universe_id, place_id, received_at, type, asset_id, timestamp, player_id, duration, value, metadata)
SELECT
    $1::text, $2::bigint, $3::bigint, to_timestamp($4::float8), type, asset_id, to_timestamp(timestamp), player_id,
    duration, value, metadata::jsonb
FROM unnest($5::text[], $6::bigint[], $7::float8[], $8::text[], $9::float8[], $10::text[], $11::text[])
    AS sent (type, asset_id, timestamp, player_id, duration, value, metadata)
