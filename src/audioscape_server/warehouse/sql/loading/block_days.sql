-- The UTC days of the events of a block.
SELECT DISTINCT day FROM events WHERE spool = {spool:String} AND block = {block:UInt64} ORDER BY day
