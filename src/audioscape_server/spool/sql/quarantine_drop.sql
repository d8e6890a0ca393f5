-- A batch leaves the quarantine for good.
DELETE FROM quarantine WHERE batch = ? RETURNING project, events
