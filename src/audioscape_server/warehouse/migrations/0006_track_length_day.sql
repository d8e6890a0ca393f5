-- Which lengths the plays of an asset claimed. A track's length is the median over all retained plays, so one client
-- that sends nonsense can not decide what counts as a completed listen.

CREATE TABLE IF NOT EXISTS track_length_day (
    project LowCardinality(String),
    day Date,
    asset_id UInt64,
    duration Float64 COMMENT 'seconds',
    events SimpleAggregateFunction(sum, UInt64) COMMENT 'plays'
) ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, asset_id, duration)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS track_length_day_view TO track_length_day AS
SELECT
    project,
    day,
    assumeNotNull(asset_id) AS asset_id,
    assumeNotNull(duration) AS duration,
    count() AS events
FROM events
WHERE type = 'play' AND isNotNull(events.asset_id) AND isNotNull(events.duration)
GROUP BY project, day, asset_id, duration;

-- The exact median, without expanding the counts: with n plays it is the mean of the plays at (n-1)/2 and n/2 in order
-- of length, and the play at position p is the first length whose running count exceeds p.
CREATE VIEW IF NOT EXISTS track_length AS
WITH
    arraySort(groupArray((duration, plays))) AS lengths,
    arrayCumSum(lengths.2) AS upto,
    upto[-1] AS n,
    lengths[arrayFirstIndex(x -> x > intDiv(n - 1, 2), upto)].1 AS lower,
    lengths[arrayFirstIndex(x -> x > intDiv(n, 2), upto)].1 AS upper
SELECT project, asset_id, (lower + upper) / 2 AS length
FROM (
    SELECT project, asset_id, duration, sum(events) AS plays
    FROM track_length_day
    GROUP BY project, asset_id, duration
)
GROUP BY project, asset_id;
