-- Forgets the marks of a range of batches.
DELETE FROM repeats WHERE batch BETWEEN ? AND ?
