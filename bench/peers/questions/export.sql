-- One day of the history out of ClickHouse, for COPY.
SELECT
    key, universe, place, fromUnixTimestamp64Micro(toInt64(round(received_at * 1e6)), 'UTC'), type, asset_id,
    fromUnixTimestamp64Micro(toInt64(round(timestamp * 1e6)), 'UTC'), nullIf(player_id, ''), duration,
    nullIf(toString(value), ''), nullIf(metadata, '')
FROM events
WHERE day = toDate({day:UInt32})
ORDER BY row, position
