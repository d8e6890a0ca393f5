-- Writes down that a block is about to be sent once more.
UPDATE blocks SET attempt = attempt + 1 WHERE block = ? RETURNING block, first_batch, last_batch, attempt
