-- Remove what the warehouse holds of one batch, so that it can be inserted again as a whole.
DELETE FROM events
WHERE spool = {spool:String} AND row = {batch:UInt64} AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}
