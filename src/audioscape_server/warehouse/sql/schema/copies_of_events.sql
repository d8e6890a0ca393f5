-- The copies of the events that a sorting which was cut short left, or the events as they were before.
SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'events_by_key') ORDER BY name
