-- Copies a quarantined row back into the queue, under a new number.
INSERT INTO rows (project, key, universe, place, received_at, events, content_bytes, checksum, payload)
SELECT project, key, universe, place, received_at, events, content_bytes, checksum, payload
FROM quarantine
WHERE row = ?
RETURNING project, events
