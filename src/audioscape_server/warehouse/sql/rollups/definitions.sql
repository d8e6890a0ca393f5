-- Of each rollup: the SELECT of its materialised view, which is its one definition; the columns that identify a row of it,
-- and all others with their types.
SELECT
    tables.name AS rollup, views.as_select AS definition, tables.sorting_key AS sorting_key, columns.measures AS measures
FROM system.tables AS tables
INNER JOIN (SELECT name, as_select FROM system.tables WHERE database = currentDatabase()) AS views
    ON views.name = concat(tables.name, '_view')
INNER JOIN (
    SELECT table, groupArray((name, type)) AS measures
    FROM (SELECT * FROM system.columns WHERE database = currentDatabase() ORDER BY table, position)
    WHERE NOT is_in_sorting_key AND name != 'day'
    GROUP BY table
) AS columns
    ON columns.table = tables.name
WHERE tables.database = currentDatabase()
