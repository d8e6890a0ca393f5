-- How many events the warehouse holds of each block of some spools.
SELECT spool, block, count() AS events
FROM events
WHERE spool IN {spools:Array(String)}
GROUP BY spool, block
