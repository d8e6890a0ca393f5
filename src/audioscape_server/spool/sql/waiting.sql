-- Batches that are in no block yet, oldest first, with what it takes to cut a block and to claim.
SELECT batch, events, content_bytes, key_digest, body_digest, received_at, project
FROM batches
WHERE batch > (SELECT coalesce(max(last_batch), 0) FROM blocks)
ORDER BY batch
LIMIT ?
