-- How many events of a range of rows go to the warehouse, and how many are repeats, by project.
SELECT
    project,
    sum(iif(repeats.row IS NULL, events, 0)) AS loaded,
    sum(iif(repeats.row IS NULL, 0, events)) AS duplicates
FROM rows LEFT JOIN repeats USING (row)
WHERE row BETWEEN ? AND ?
GROUP BY project
