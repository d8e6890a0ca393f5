-- Every UTC day that has events: the days over which the rollups are checked.
SELECT DISTINCT day FROM events ORDER BY day
