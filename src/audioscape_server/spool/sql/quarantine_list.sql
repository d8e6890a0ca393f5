-- Every row that was set aside, oldest first.
SELECT row, project, events, received_at, reason, quarantined_at FROM quarantine ORDER BY row
