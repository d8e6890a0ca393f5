-- Every table and view of this database as the engine understood it, laid out by the engine.
SELECT
    formatQuery(replaceAll(create_table_query, concat(currentDatabase(), '.'), '')) AS definition
FROM system.tables
WHERE database = currentDatabase() AND name != 'migrations'
ORDER BY name
