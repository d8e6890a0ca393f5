-- Copies a batch to the end of the queue, under a new number.
INSERT INTO batches
    (project, key, universe, place, received_at, events, key_digest, body_digest, content_bytes, checksum, payload)
SELECT project, key, universe, place, received_at, events, key_digest, body_digest, content_bytes, checksum, payload
FROM batches
WHERE batch = ?
