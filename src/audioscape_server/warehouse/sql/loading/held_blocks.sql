-- How many events the warehouse holds of each block of a spool, within a range of numbers.
SELECT block, count() AS events
FROM events
WHERE spool = {spool:String} AND block BETWEEN {first_block:UInt64} AND {last_block:UInt64}
GROUP BY block
