-- How many DELETEs have not come to their end.
SELECT count() AS mutations
FROM system.mutations
WHERE database = currentDatabase() AND NOT is_done
