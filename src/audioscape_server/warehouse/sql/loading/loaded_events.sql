-- How many events the base table holds, by spool and project: what every spool's ledger is checked against.
SELECT spool, project, count() AS events
FROM events
GROUP BY spool, project
ORDER BY spool, project
