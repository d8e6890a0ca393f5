-- How often each type of event that is not built in came.

CREATE TABLE IF NOT EXISTS custom_day (
    project LowCardinality(String),
    day Date,
    universe UInt64,
    type String,
    events SimpleAggregateFunction(sum, UInt64),
    players AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of player_id'
) ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, type, universe)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS custom_day_view TO custom_day AS
SELECT
    project,
    day,
    universe,
    type,
    count() AS events,
    uniqExactStateIf(sipHash64(player_id), player_id != '') AS players
FROM events
WHERE type NOT IN ('play', 'stop', 'skip', 'vote', 'favorite', 'unfavorite', 'add_to_queue', 'search_click')
GROUP BY project, day, universe, type;
