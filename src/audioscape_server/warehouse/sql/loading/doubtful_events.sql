-- Events of blocks that are not counted as loaded yet, by spool and project: those under way when a ledger was written
-- down, and all that are newer than it.
SELECT spool, project, count() AS events
FROM events
WHERE (spool, block) IN (SELECT arrayJoin(arrayZip({spools:Array(String)}, {blocks:Array(UInt64)})))
    OR block > transform(spool, {counted:Array(String)}, {last_blocks:Array(UInt64)}, {highest:UInt64})
GROUP BY spool, project
