-- The days of a block's events.
SELECT DISTINCT day
FROM events
WHERE spool = {spool:String} AND block = {block:UInt64} AND day BETWEEN {first_day:Date} AND {last_day:Date}
ORDER BY day
