-- By what the events are sorted.
SELECT sorting_key FROM system.tables WHERE database = currentDatabase() AND name = 'events'
