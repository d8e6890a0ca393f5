-- Events that really wait here, by project: what the ledger is checked against.
SELECT project, sum(events) FROM batches GROUP BY project
