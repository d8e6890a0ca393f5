-- Which result of which search was clicked at which rank. Serves the list of queries and the search ranking.

CREATE TABLE IF NOT EXISTS search_day (
    project LowCardinality(String),
    day Date,
    folded_query String COMMENT 'empty = the click carried no query',
    query String COMMENT 'as typed',
    asset_id UInt64,
    rank UInt32 COMMENT '0 = none',
    key LowCardinality(String),
    events SimpleAggregateFunction(sum, UInt64) COMMENT 'clicks',
    players AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of player_id'
) ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, folded_query, query, asset_id, rank, key)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS search_day_view TO search_day AS
SELECT
    project,
    day,
    folded_query,
    query,
    ifNull(asset_id, 0) AS asset_id,
    rank,
    key,
    count() AS events,
    uniqExactStateIf(sipHash64(player_id), player_id != '') AS players
FROM events
WHERE type = 'search_click'
GROUP BY project, day, folded_query, query, asset_id, rank, key;
