-- Makes a block of a range of batches.
INSERT INTO blocks (first_batch, last_batch, attempt) VALUES (?, ?, 1) RETURNING block, first_batch, last_batch, attempt
