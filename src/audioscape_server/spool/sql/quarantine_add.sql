-- Copies a batch to the quarantine, with the reason and the time.
INSERT INTO quarantine (
    batch, project, key, universe, place, received_at, events, content_bytes, checksum, payload, reason, quarantined_at
)
SELECT batch, project, key, universe, place, received_at, events, content_bytes, checksum, payload, ?, ?
FROM batches
WHERE batch = ?
RETURNING project, events
