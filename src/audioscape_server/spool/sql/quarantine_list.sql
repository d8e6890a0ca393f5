-- Every batch that was set aside, oldest first.
SELECT batch, project, events, received_at, reason, quarantined_at FROM quarantine ORDER BY batch
