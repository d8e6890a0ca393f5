-- Every waiting batch, in a block or not.
SELECT batch, events, content_bytes, key_digest, body_digest, received_at, project FROM batches ORDER BY batch
