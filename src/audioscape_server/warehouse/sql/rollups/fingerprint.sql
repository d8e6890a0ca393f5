-- Events per day and project of a rollup or of the SELECT that defines it, and a fingerprint that also differs when one
-- row has too many and another too few. Rows of one key count together, whether merged yet or not. `source` and
-- `sorting_key` are put in by rollups.py; both come from the schema.
SELECT day, project, sum(events) AS total, sum(cityHash64({sorting_key}) * events) AS fingerprint
FROM ({source})
GROUP BY day, project
