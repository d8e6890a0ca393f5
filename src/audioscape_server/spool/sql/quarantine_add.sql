-- Copies a row to the quarantine, with the reason and the time.
INSERT INTO quarantine (
    row, project, key, universe, place, received_at, events, content_bytes, checksum, payload, reason, quarantined_at
)
SELECT row, project, key, universe, place, received_at, events, content_bytes, checksum, payload, ?, ?
FROM rows
WHERE row = ?
RETURNING project, events
