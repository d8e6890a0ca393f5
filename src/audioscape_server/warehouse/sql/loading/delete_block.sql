-- Remove a block, so that it can be inserted again from the spool.
DELETE FROM events
WHERE spool = {spool:String} AND block = {block:UInt64} AND day BETWEEN {first_day:Date} AND {last_day:Date}
