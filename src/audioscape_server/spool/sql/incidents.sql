-- What went wrong, the first thing first.
SELECT at, what FROM incidents ORDER BY at, rowid
