-- What happened to each asset on each day. Serves the list of tracks and the popularity scores.
--
-- The listener-days that scores count are sets of hash(key, player), so a replay can not raise them; an event without a
-- player stands for one listener per key, experience and hour. The sets of finished listens are disjoint by the seconds
-- listened, so that each event is stored in one of them: the players who listened to at least 15 s are
-- ended_15 + ended_20 + ended_30, and those with any stop or skip are the sum of all six.

CREATE TABLE IF NOT EXISTS asset_day (
    project LowCardinality(String),
    day Date,
    asset_id UInt64,
    key LowCardinality(String),
    universe UInt64,
    events SimpleAggregateFunction(sum, UInt64),
    plays SimpleAggregateFunction(sum, UInt64),
    stops SimpleAggregateFunction(sum, UInt64),
    skips SimpleAggregateFunction(sum, UInt64),
    up_votes SimpleAggregateFunction(sum, UInt64),
    down_votes SimpleAggregateFunction(sum, UInt64),
    favorites SimpleAggregateFunction(sum, UInt64),
    unfavorites SimpleAggregateFunction(sum, UInt64),
    queue_adds SimpleAggregateFunction(sum, UInt64),
    search_clicks SimpleAggregateFunction(sum, UInt64),
    listened_seconds AggregateFunction(sumKahan, Float64),
    listeners AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of player_id with a play, stop or skip',
    played AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of (key, player), as are all the sets below',
    ended_0 AggregateFunction(uniqExact, UInt64) COMMENT 'a stop or skip under 5 s, or without a duration',
    ended_5 AggregateFunction(uniqExact, UInt64),
    ended_10 AggregateFunction(uniqExact, UInt64),
    ended_15 AggregateFunction(uniqExact, UInt64),
    ended_20 AggregateFunction(uniqExact, UInt64),
    ended_30 AggregateFunction(uniqExact, UInt64) COMMENT '30 s or more',
    skipped_early AggregateFunction(uniqExact, UInt64) COMMENT 'a skip under 30 s',
    queued AggregateFunction(uniqExact, UInt64),
    clicked AggregateFunction(uniqExact, UInt64)
) ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, asset_id, key, universe)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS asset_day_view TO asset_day AS
WITH
    type IN ('stop', 'skip') AS is_end,
    ifNull(duration, 0) AS seconds,
    sipHash64(player_id) AS player,
    if(player_id != '',
       sipHash64(key, player_id),
       sipHash64(key, universe, place, toStartOfHour(toDateTime(timestamp, 'UTC')))) AS listener
SELECT
    project,
    day,
    assumeNotNull(asset_id) AS asset_id,
    key,
    universe,
    count() AS events,
    countIf(type = 'play') AS plays,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips,
    countIf(type = 'vote' AND value = 'up') AS up_votes,
    countIf(type = 'vote' AND value = 'down') AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumKahanState(if(is_end, seconds, 0)) AS listened_seconds,
    uniqExactStateIf(player, player_id != '' AND (is_end OR type = 'play')) AS listeners,
    uniqExactStateIf(listener, type = 'play') AS played,
    uniqExactStateIf(listener, is_end AND seconds < 5) AS ended_0,
    uniqExactStateIf(listener, is_end AND seconds >= 5 AND seconds < 10) AS ended_5,
    uniqExactStateIf(listener, is_end AND seconds >= 10 AND seconds < 15) AS ended_10,
    uniqExactStateIf(listener, is_end AND seconds >= 15 AND seconds < 20) AS ended_15,
    uniqExactStateIf(listener, is_end AND seconds >= 20 AND seconds < 30) AS ended_20,
    uniqExactStateIf(listener, is_end AND seconds >= 30) AS ended_30,
    uniqExactStateIf(listener, type = 'skip' AND isNotNull(duration) AND seconds < 30) AS skipped_early,
    uniqExactStateIf(listener, type = 'add_to_queue') AS queued,
    uniqExactStateIf(listener, type = 'search_click') AS clicked
FROM events
WHERE isNotNull(events.asset_id)
GROUP BY project, day, asset_id, key, universe;
