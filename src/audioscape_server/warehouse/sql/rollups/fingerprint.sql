-- Events per day and project of a rollup or of the SELECT that defines it, and a fingerprint of all that it says: of every
-- sum, every bucket of a map and every member of a set in every row, which also differs when one row has too much and
-- another too little. `keys`, `parts` and `rows`, of which there is one for each key, are put in by fingerprint.py; all
-- come from the schema.
SELECT day, project, sum(events) AS total, sum(cityHash64({keys}) * ({parts})) AS fingerprint
FROM ({rows})
GROUP BY day, project
