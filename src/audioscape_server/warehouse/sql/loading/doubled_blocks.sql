-- Of some blocks, those of which every batch is held under another block of the spool too.
SELECT block
FROM (
    SELECT block, row IN (
        SELECT row FROM events WHERE spool = {spool:String} AND block NOT IN {blocks:Array(UInt64)}
    ) AS is_elsewhere
    FROM events
    WHERE spool = {spool:String} AND block IN {blocks:Array(UInt64)}
)
GROUP BY block
HAVING min(is_elsewhere) = 1
