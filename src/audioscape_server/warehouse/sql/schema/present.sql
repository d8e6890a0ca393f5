-- The names of every table and view of this database.
SELECT name FROM system.tables WHERE database = currentDatabase()
