-- The rows of a range that go to the warehouse, in order.
SELECT row, project, key, universe, place, received_at, events, checksum, payload
FROM rows
WHERE row BETWEEN ? AND ? AND row NOT IN (SELECT row FROM repeats)
ORDER BY row
