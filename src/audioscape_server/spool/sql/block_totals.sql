-- How many events of a range of batches go to the warehouse, and how many are repeats, by project.
SELECT
    project,
    sum(iif(repeats.batch IS NULL, events, 0)) AS loaded,
    sum(iif(repeats.batch IS NULL, 0, events)) AS duplicates
FROM batches LEFT JOIN repeats USING (batch)
WHERE batch BETWEEN ? AND ?
GROUP BY project
