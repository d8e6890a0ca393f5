-- What happened in each hour and experience. Serves the overview and the list of experiences.
-- Types that are not built in share the name 'custom', so that a client inventing types can not inflate this table.

CREATE TABLE IF NOT EXISTS activity_hour (
    project LowCardinality(String),
    day Date,
    hour DateTime('UTC'),
    universe UInt64,
    place UInt64,
    type LowCardinality(String),
    events SimpleAggregateFunction(sum, UInt64),
    listened_seconds AggregateFunction(sumKahan, Float64) COMMENT 'compensated, so the order of arrival does not show',
    up_votes SimpleAggregateFunction(sum, UInt64),
    down_votes SimpleAggregateFunction(sum, UInt64),
    players AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of player_id'
) ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, hour, universe, place, type)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS activity_hour_view TO activity_hour AS
SELECT
    project,
    day,
    toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour,
    universe,
    place,
    if(type IN ('play', 'stop', 'skip', 'vote', 'favorite', 'unfavorite', 'add_to_queue', 'search_click'),
       type, 'custom') AS type,
    count() AS events,
    sumKahanState(if(type IN ('stop', 'skip'), ifNull(duration, 0), 0)) AS listened_seconds,
    countIf(type = 'vote' AND value = 'up') AS up_votes,
    countIf(type = 'vote' AND value = 'down') AS down_votes,
    uniqExactStateIf(sipHash64(player_id), player_id != '') AS players
FROM events
GROUP BY project, day, hour, universe, place, type;
