-- Blocks that were written down and are not finished, oldest first.
SELECT block, first_batch, last_batch, attempt FROM blocks ORDER BY first_batch
