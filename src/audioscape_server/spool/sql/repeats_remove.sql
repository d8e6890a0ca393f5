-- Forgets the marks of a range of rows.
DELETE FROM repeats WHERE row BETWEEN ? AND ?
