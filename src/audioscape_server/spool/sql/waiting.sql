-- Rows that are in no block yet, oldest first, with what it takes to cut a block and to claim.
SELECT row, events, content_bytes, key_digest, body_digest
FROM rows
WHERE row > (SELECT coalesce(max(last_row), 0) FROM blocks)
ORDER BY row
LIMIT ?
