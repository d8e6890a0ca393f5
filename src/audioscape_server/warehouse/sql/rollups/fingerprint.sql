-- Events per day and project of a rollup or of the SELECT that defines it, and a fingerprint of every sum of every row,
-- which also differs when one row has too many and another too few. Rows of one key count together, whether merged yet
-- or not. `source`, `sorting_key` and `sums` are put in by rollups.py; all come from the schema.
SELECT day, project, sum(events) AS total, sum(cityHash64({sorting_key}) * cityHash64(names) * amounts) AS fingerprint
FROM (SELECT *, [{sums}] AS amounts_of, arrayEnumerate(amounts_of) AS numbers FROM ({source}))
ARRAY JOIN amounts_of AS amounts, numbers AS names
GROUP BY day, project
