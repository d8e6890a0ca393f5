-- Remove a block, so that it can be inserted again from the spool. Nothing that another history of the spool brought
-- under the same number is touched: its batches have other numbers.
DELETE FROM events
WHERE spool = {spool:String} AND block = {block:UInt64} AND row BETWEEN {first_batch:UInt64} AND {last_batch:UInt64}
    AND day BETWEEN {first_day:Date} AND {last_day:Date}
    AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}
