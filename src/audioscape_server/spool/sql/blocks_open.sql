-- Blocks that were written down and are not finished, oldest first.
SELECT block, first_row, last_row, attempt FROM blocks ORDER BY first_row
