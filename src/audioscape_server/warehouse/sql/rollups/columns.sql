-- The columns that identify a row of a rollup, and those that it sums up.
SELECT
    any(tables.sorting_key) AS sorting_key,
    arrayStringConcat(groupArrayIf(columns.name, columns.type LIKE 'SimpleAggregateFunction(sum,%'), ', ') AS sums
FROM system.tables AS tables
INNER JOIN system.columns AS columns ON columns.database = tables.database AND columns.table = tables.name
WHERE tables.database = currentDatabase() AND tables.name = {table:String}
