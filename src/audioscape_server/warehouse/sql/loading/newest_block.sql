-- The highest number of a block that the warehouse holds of a spool; 0 for none.
SELECT max(block) AS block FROM events WHERE spool = {spool:String}
