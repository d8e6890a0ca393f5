-- The batches of a range that go to the warehouse, in order.
SELECT batch, project, key, universe, place, received_at, events, checksum, payload,
    key_digest, body_digest
FROM batches
WHERE batch BETWEEN ? AND ? AND batch NOT IN (SELECT batch FROM repeats)
ORDER BY batch
