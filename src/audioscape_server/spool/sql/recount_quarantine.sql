-- Events that really lie in quarantine, by project: what the ledger is checked against.
SELECT project, sum(events) FROM quarantine GROUP BY project
