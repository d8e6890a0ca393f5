-- The columns that identify a row of a rollup.
SELECT sorting_key FROM system.tables WHERE database = currentDatabase() AND name = {table:String}
