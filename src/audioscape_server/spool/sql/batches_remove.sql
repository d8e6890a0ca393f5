-- A range of batches leaves the spool.
DELETE FROM batches WHERE batch BETWEEN ? AND ?
