-- A batch leaves the quarantine.
DELETE FROM quarantine WHERE batch = ?
