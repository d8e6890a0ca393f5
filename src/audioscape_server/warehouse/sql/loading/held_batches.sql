-- What the warehouse holds of each batch of a spool, from a number on: how many events, and when it was received.
SELECT row AS batch, count() AS events, any(received_at) AS received_at
FROM events
WHERE spool = {spool:String} AND row >= {first_batch:UInt64}
GROUP BY row
