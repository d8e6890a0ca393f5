-- A table like that of the events, sorted anew. The numbers of a block's rows come last, so that the order is one.
CREATE TABLE IF NOT EXISTS {copy:Identifier} AS events
ENGINE = MergeTree
PARTITION BY day
ORDER BY (project, key, universe, place, timestamp, spool, row, position)
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480
