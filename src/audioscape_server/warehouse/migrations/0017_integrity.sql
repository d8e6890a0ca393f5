-- Integrity: what the integrity job publishes, the players and keys that do what no crowd of players does. All of it is
-- derived from the events: what is lost is made again.
--
-- Of each project the newest snapshot counts. Its row 0 says when it was made, whether or not others follow; rows of
-- older snapshots go when parts are merged.

CREATE TABLE IF NOT EXISTS integrity_flags
(
    project LowCardinality(String),
    number UInt32 COMMENT 'the place in the snapshot; 0 is no flag',
    snapshot UInt64 COMMENT 'the lease and the run that made it; the highest counts',
    as_of Float64 COMMENT 'Unix seconds',
    reason LowCardinality(String),
    key LowCardinality(String),
    player_id String COMMENT 'empty = not one player',
    asset_id UInt64,
    query String COMMENT 'folded; empty = none',
    since Float64 COMMENT 'Unix seconds: the first event that speaks against it',
    amount UInt64,
    of UInt64,
    usual Float64 COMMENT 'the same share everywhere else in the project; -1 = there is none',
    effect LowCardinality(String)
)
ENGINE = ReplacingMergeTree(snapshot)
ORDER BY (project, number)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;
