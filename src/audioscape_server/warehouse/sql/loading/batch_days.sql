-- The UTC days of the events of one batch.
SELECT DISTINCT day FROM events WHERE spool = {spool:String} AND row = {batch:UInt64} ORDER BY day
