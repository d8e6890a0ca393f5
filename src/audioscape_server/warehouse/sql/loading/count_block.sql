-- Events of a block. The days are those an event of the block can be of, so only their partitions are read.
SELECT count() AS events
FROM events
WHERE spool = {spool:String} AND block = {block:UInt64} AND day BETWEEN {first_day:Date} AND {last_day:Date}
