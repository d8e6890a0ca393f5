-- Every table of this database that keeps parts; the side tables of a rebuild are made anew each time.
SELECT name
FROM system.tables
WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND position(name, '_rebuild') = 0
ORDER BY name
