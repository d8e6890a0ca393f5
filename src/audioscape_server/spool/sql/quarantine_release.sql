-- Copies a quarantined batch back into the queue, under a new number.
INSERT INTO batches (project, key, universe, place, received_at, events, content_bytes, checksum, payload)
SELECT project, key, universe, place, received_at, events, content_bytes, checksum, payload
FROM quarantine
WHERE batch = ?
RETURNING project, events
