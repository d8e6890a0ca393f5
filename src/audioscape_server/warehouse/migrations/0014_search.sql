-- Search ranking: what the search job gathers and learns from the events. All of it is derived from them: what is lost is
-- made again.
--
-- The clicks of a project on a day are gathered together, under a number of their own, the snapshot. Those of the last
-- two snapshots of a day stand beside each other (`side`), the one that is read and the one that is written; older ones
-- go when parts are merged. Which snapshots count says the newest row of `search_model`.

CREATE TABLE IF NOT EXISTS search_clicks
(
    project LowCardinality(String),
    query String CODEC(ZSTD(1)) COMMENT 'folded: case, width, spacing and punctuation, 64 characters',
    asset_id UInt64,
    key LowCardinality(String),
    day Date,
    rank UInt8 COMMENT '1 to 20, which stands for all below too; 0 = not known',
    side UInt8,
    snapshot UInt64 COMMENT 'the lease and the run that made it',
    clickers UInt32 COMMENT 'distinct players',
    outcomes UInt32 COMMENT 'of those, who stopped or skipped the track within half an hour',
    satisfied UInt32 COMMENT 'of those, who had listened enough'
)
ENGINE = ReplacingMergeTree(snapshot)
PARTITION BY toYYYYMM(day)
ORDER BY (project, query, asset_id, key, day, rank, side)
TTL day + INTERVAL 120 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 512;

CREATE TABLE IF NOT EXISTS search_model
(
    project LowCardinality(String),
    snapshot UInt64 COMMENT 'the highest counts',
    as_of Float64 COMMENT 'Unix seconds',
    day Date COMMENT 'UTC day of as_of: clicks are as old as they are on this day',
    version String COMMENT 'names all that was learnt',
    examination Array(Float64),
    satisfaction Float64,
    base_quality Float64,
    shares Array(Tuple(key String, share Float64)),
    learnt_from UInt64 COMMENT 'hash of what it was learnt from',
    days Array(Tuple(day Date, snapshot UInt64, side UInt8, print UInt64, rows UInt64))
        COMMENT 'which snapshots of clicks count, of which events they were made, and how many rows they have'
)
ENGINE = ReplacingMergeTree(snapshot)
ORDER BY project
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;
