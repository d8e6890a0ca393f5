-- Of each rollup: the SELECT of its materialised view, which is its one definition; the columns that identify a row of it,
-- and those that it sums up.
SELECT tables.name AS rollup, views.as_select AS definition, tables.sorting_key AS sorting_key, columns.sums AS sums
FROM system.tables AS tables
INNER JOIN (SELECT name, as_select FROM system.tables WHERE database = currentDatabase()) AS views
    ON views.name = concat(tables.name, '_view')
INNER JOIN (
    SELECT table, arrayStringConcat(groupArrayIf(name, type LIKE 'SimpleAggregateFunction(sum,%'), ', ') AS sums
    FROM system.columns
    WHERE database = currentDatabase()
    GROUP BY table
) AS columns
    ON columns.table = tables.name
WHERE tables.database = currentDatabase()
