-- When each player was first seen, so that nobody has to read all events to tell who is new. Gathered by the first_seen
-- job from days to which nothing is added any more. All of it is derived from the events: what is lost is made again.
--
-- A generation is gathered from nothing, one day after the other, and begins when a day has changed that an older one was
-- gathered from. `seen` is a pair whose greatest value is that of the newest generation, and in it of the earliest event.

CREATE TABLE IF NOT EXISTS first_seen
(
    project LowCardinality(String),
    player UInt64 COMMENT 'hash of player_id',
    seen SimpleAggregateFunction(max, Tuple(generation UInt64, at Float64))
        COMMENT 'at: Unix seconds of the first event, negative' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (project, player)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

-- The days that were gathered. A row is put here after all players of the day stand in first_seen.
CREATE TABLE IF NOT EXISTS first_seen_days
(
    project LowCardinality(String),
    day Date,
    generation UInt64 COMMENT 'that of the lease under which it began; the highest counts',
    print UInt64 COMMENT 'a hash of what the rollup counted on the day before it was gathered'
)
ENGINE = ReplacingMergeTree(generation)
ORDER BY (project, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;
