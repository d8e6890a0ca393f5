-- Events of a block. The days are those an event of the block can be of, so only their partitions are read; the batches
-- are those that this spool put into it, so that nobody else's events under the same number pass for them.
SELECT count() AS events
FROM events
WHERE spool = {spool:String} AND block = {block:UInt64} AND row BETWEEN {first_batch:UInt64} AND {last_batch:UInt64}
    AND day BETWEEN {first_day:Date} AND {last_day:Date}
