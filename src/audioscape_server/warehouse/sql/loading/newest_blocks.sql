-- The highest number of a block that the warehouse holds of each spool whose id begins with this.
SELECT spool, max(block) AS newest FROM events WHERE startsWith(spool, {prefix:String}) GROUP BY spool
