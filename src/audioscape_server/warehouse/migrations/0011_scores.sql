-- Scores: what the score job publishes, one row per project, scope, asset and day. A scope is the whole project (universe
-- 0) or one universe. Of a day the newest snapshot stays. A row holds all that its score is made of, so that it explains
-- itself. All of it is derived from the events: what is lost is made again, but for the days before the last one.

CREATE TABLE IF NOT EXISTS scores
(
    project LowCardinality(String),
    universe UInt64 COMMENT '0 = the whole project',
    asset_id UInt64,
    day Date COMMENT 'UTC day of as_of',
    snapshot UInt64 COMMENT 'the lease and the run that made it; the highest of a day counts',
    as_of Float64 COMMENT 'Unix seconds',
    model_version LowCardinality(String),
    parameters LowCardinality(String) COMMENT 'JSON: the parameters of the model',
    score Float64,
    low Float64,
    high Float64,
    rank UInt32,
    listeners UInt64 COMMENT 'distinct players of the last 7 days',
    listens Float64 COMMENT 'sums over days, weighted by age',
    plays_without_end Float64,
    queue Float64,
    clicks Float64,
    favorites Float64,
    qualified_rate Float64,
    uncapped Float64,
    mass Float64,
    reference_mass Float64,
    ends UInt64 COMMENT 'players and days with a stop or a skip',
    early_skips UInt64,
    completion_mean Float64,
    up_votes Float64 COMMENT 'current ones, after the cap',
    down_votes Float64,
    vote_mean Float64,
    quality Float64,
    capped Array(Tuple(key String, mass Float64, counted Float64)),
    trend_listeners Float64,
    trend_expected Float64,
    trend_z Float64,
    trend_lift Float64,
    trend_keys UInt32,
    trend_rank UInt32 COMMENT '0 = does not trend'
)
ENGINE = ReplacingMergeTree(snapshot)
PARTITION BY toYYYYMM(day)
ORDER BY (project, universe, day, asset_id)
TTL day + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 1024;
