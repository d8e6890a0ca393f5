-- A row leaves the quarantine.
DELETE FROM quarantine WHERE row = ?
