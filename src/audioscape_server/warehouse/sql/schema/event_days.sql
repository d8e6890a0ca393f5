-- Every UTC day that has events.
SELECT DISTINCT day FROM events ORDER BY day
