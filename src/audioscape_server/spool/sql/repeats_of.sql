-- The batches that are marked as repeats and are of the same key and body as a batch.
SELECT repeats.batch
FROM batches AS first
JOIN batches AS other ON other.key_digest = first.key_digest AND other.body_digest = first.body_digest
JOIN repeats ON repeats.batch = other.batch
WHERE first.batch = ?
