-- Every table and view of this database as the engine understood it, laid out by the engine: views after the tables
-- that they read, and last the table of what was done to all others.
SELECT
    formatQuery(replaceAll(create_table_query, concat(currentDatabase(), '.'), '')) AS definition
FROM system.tables
WHERE database = currentDatabase()
ORDER BY name = 'migrations', endsWith(engine, 'View'), name
