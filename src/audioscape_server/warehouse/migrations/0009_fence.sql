-- What arrives late changes nothing: see the module `fence`. The view `unpack` takes the token into account from the next
-- migration on.

CREATE TABLE IF NOT EXISTS fence (raised UInt64 COMMENT 'how often it was raised; the highest number counts')
ENGINE = ReplacingMergeTree(raised)
ORDER BY tuple()
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

ALTER TABLE inbox ADD COLUMN IF NOT EXISTS token UInt64 COMMENT 'fencing token of the sender; 0 = it knows of none';
