-- A waiting batch leaves the spool: the warehouse holds it already.
DELETE FROM batches WHERE batch = ? RETURNING project, events
