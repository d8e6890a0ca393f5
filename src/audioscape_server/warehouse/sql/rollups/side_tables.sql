-- What rebuilds that were cut short left behind.
SELECT name FROM system.tables WHERE database = currentDatabase() AND position(name, '_rebuild') > 0 ORDER BY name
