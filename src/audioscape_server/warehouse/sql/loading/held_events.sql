-- How many events the warehouse holds of each project of a spool.
SELECT project, count() AS events
FROM events
WHERE spool = {spool:String}
GROUP BY project
