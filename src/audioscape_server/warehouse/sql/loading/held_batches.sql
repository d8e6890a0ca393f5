-- What the warehouse holds of each batch of some spools, from a number on: how many events, and when it was received.
SELECT spool, row AS batch, count() AS events, any(received_at) AS received_at
FROM events
WHERE spool IN {spools:Array(String)} AND row >= {first_batch:UInt64}
GROUP BY spool, row
