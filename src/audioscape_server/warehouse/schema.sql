-- What all migrations together make. Written by audioscape_server.warehouse.snapshot; do not edit.

CREATE TABLE activity_hour
(
    `project` LowCardinality(String),
    `day` Date,
    `hour` DateTime('UTC'),
    `universe` UInt64,
    `place` UInt64,
    `type` LowCardinality(String),
    `events` SimpleAggregateFunction(sum, UInt64),
    `listened_seconds` AggregateFunction(sumKahan, Float64) COMMENT 'compensated, so the order of arrival does not show',
    `up_votes` SimpleAggregateFunction(sum, UInt64),
    `down_votes` SimpleAggregateFunction(sum, UInt64),
    `players` AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of player_id'
)
ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, hour, universe, place, type)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, index_granularity = 8192, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW activity_hour_view TO activity_hour
(
    `project` LowCardinality(String),
    `day` Date,
    `hour` DateTime('UTC'),
    `universe` UInt64,
    `place` UInt64,
    `type` String,
    `events` UInt64,
    `listened_seconds` AggregateFunction(sumKahan, Float64),
    `up_votes` UInt64,
    `down_votes` UInt64,
    `players` AggregateFunction(uniqExact, UInt64)
)
AS SELECT
    project,
    day,
    toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour,
    universe,
    place,
    if((type IN ('play', 'stop', 'skip', 'vote', 'favorite', 'unfavorite', 'add_to_queue', 'search_click')), type, 'custom') AS type,
    count() AS events,
    sumKahanState(if((type IN ('stop', 'skip')), ifNull(duration, 0), 0)) AS listened_seconds,
    countIf((type = 'vote') AND (value = 'up')) AS up_votes,
    countIf((type = 'vote') AND (value = 'down')) AS down_votes,
    uniqExactStateIf(sipHash64(player_id), player_id != '') AS players
FROM events
GROUP BY
    project,
    day,
    hour,
    universe,
    place,
    type;

CREATE TABLE asset_day
(
    `project` LowCardinality(String),
    `day` Date,
    `asset_id` UInt64,
    `key` LowCardinality(String),
    `universe` UInt64,
    `events` SimpleAggregateFunction(sum, UInt64),
    `plays` SimpleAggregateFunction(sum, UInt64),
    `stops` SimpleAggregateFunction(sum, UInt64),
    `skips` SimpleAggregateFunction(sum, UInt64),
    `up_votes` SimpleAggregateFunction(sum, UInt64),
    `down_votes` SimpleAggregateFunction(sum, UInt64),
    `favorites` SimpleAggregateFunction(sum, UInt64),
    `unfavorites` SimpleAggregateFunction(sum, UInt64),
    `queue_adds` SimpleAggregateFunction(sum, UInt64),
    `search_clicks` SimpleAggregateFunction(sum, UInt64),
    `listened_seconds` AggregateFunction(sumKahan, Float64),
    `listeners` AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of player_id with a play, stop or skip',
    `played` AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of (key, player), as are all the sets below',
    `ended_0` AggregateFunction(uniqExact, UInt64) COMMENT 'a stop or skip under 5 s, or without a duration',
    `ended_5` AggregateFunction(uniqExact, UInt64),
    `ended_10` AggregateFunction(uniqExact, UInt64),
    `ended_15` AggregateFunction(uniqExact, UInt64),
    `ended_20` AggregateFunction(uniqExact, UInt64),
    `ended_30` AggregateFunction(uniqExact, UInt64) COMMENT '30 s or more',
    `skipped_early` AggregateFunction(uniqExact, UInt64) COMMENT 'a skip under 30 s',
    `queued` AggregateFunction(uniqExact, UInt64),
    `clicked` AggregateFunction(uniqExact, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, asset_id, key, universe)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, index_granularity = 8192, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW asset_day_view TO asset_day
(
    `project` LowCardinality(String),
    `day` Date,
    `asset_id` UInt64,
    `key` LowCardinality(String),
    `universe` UInt64,
    `events` UInt64,
    `plays` UInt64,
    `stops` UInt64,
    `skips` UInt64,
    `up_votes` UInt64,
    `down_votes` UInt64,
    `favorites` UInt64,
    `unfavorites` UInt64,
    `queue_adds` UInt64,
    `search_clicks` UInt64,
    `listened_seconds` AggregateFunction(sumKahan, Float64),
    `listeners` AggregateFunction(uniqExact, UInt64),
    `played` AggregateFunction(uniqExact, UInt64),
    `ended_0` AggregateFunction(uniqExact, UInt64),
    `ended_5` AggregateFunction(uniqExact, UInt64),
    `ended_10` AggregateFunction(uniqExact, UInt64),
    `ended_15` AggregateFunction(uniqExact, UInt64),
    `ended_20` AggregateFunction(uniqExact, UInt64),
    `ended_30` AggregateFunction(uniqExact, UInt64),
    `skipped_early` AggregateFunction(uniqExact, UInt64),
    `queued` AggregateFunction(uniqExact, UInt64),
    `clicked` AggregateFunction(uniqExact, UInt64)
)
AS WITH
    type IN ('stop', 'skip') AS is_end,
    ifNull(duration, 0) AS seconds,
    sipHash64(player_id) AS player,
    if(player_id != '', sipHash64(key, player_id), sipHash64(key, universe, place, toStartOfHour(toDateTime(timestamp, 'UTC')))) AS listener
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
    countIf((type = 'vote') AND (value = 'up')) AS up_votes,
    countIf((type = 'vote') AND (value = 'down')) AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumKahanState(if(is_end, seconds, 0)) AS listened_seconds,
    uniqExactStateIf(player, (player_id != '') AND (is_end OR (type = 'play'))) AS listeners,
    uniqExactStateIf(listener, type = 'play') AS played,
    uniqExactStateIf(listener, is_end AND (seconds < 5)) AS ended_0,
    uniqExactStateIf(listener, is_end AND (seconds >= 5) AND (seconds < 10)) AS ended_5,
    uniqExactStateIf(listener, is_end AND (seconds >= 10) AND (seconds < 15)) AS ended_10,
    uniqExactStateIf(listener, is_end AND (seconds >= 15) AND (seconds < 20)) AS ended_15,
    uniqExactStateIf(listener, is_end AND (seconds >= 20) AND (seconds < 30)) AS ended_20,
    uniqExactStateIf(listener, is_end AND (seconds >= 30)) AS ended_30,
    uniqExactStateIf(listener, (type = 'skip') AND isNotNull(duration) AND (seconds < 30)) AS skipped_early,
    uniqExactStateIf(listener, type = 'add_to_queue') AS queued,
    uniqExactStateIf(listener, type = 'search_click') AS clicked
FROM events
WHERE isNotNull(events.asset_id)
GROUP BY
    project,
    day,
    asset_id,
    key,
    universe;

CREATE TABLE custom_day
(
    `project` LowCardinality(String),
    `day` Date,
    `universe` UInt64,
    `type` String,
    `events` SimpleAggregateFunction(sum, UInt64),
    `players` AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of player_id'
)
ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, type, universe)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, index_granularity = 8192, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW custom_day_view TO custom_day
(
    `project` LowCardinality(String),
    `day` Date,
    `universe` UInt64,
    `type` LowCardinality(String),
    `events` UInt64,
    `players` AggregateFunction(uniqExact, UInt64)
)
AS SELECT
    project,
    day,
    universe,
    type,
    count() AS events,
    uniqExactStateIf(sipHash64(player_id), player_id != '') AS players
FROM events
WHERE type NOT IN ('play', 'stop', 'skip', 'vote', 'favorite', 'unfavorite', 'add_to_queue', 'search_click')
GROUP BY
    project,
    day,
    universe,
    type;

CREATE TABLE events
(
    `project` LowCardinality(String),
    `key` LowCardinality(String) COMMENT 'API key id, stable through rotation',
    `spool` LowCardinality(String),
    `block` UInt64 COMMENT 'the immutable range of spool rows that brought the event here',
    `row` UInt64,
    `position` UInt16 COMMENT 'index in the row',
    `universe` UInt64 COMMENT '0 = not set',
    `place` UInt64 COMMENT '0 = not set',
    `received_at` Float64 COMMENT 'Unix seconds',
    `type` LowCardinality(String),
    `asset_id` Nullable(UInt64),
    `timestamp` Float64 COMMENT 'Unix seconds, to the fraction as sent',
    `day` Date COMMENT 'UTC day of timestamp',
    `player_id` String COMMENT 'empty = not set',
    `duration` Nullable(Float64) COMMENT 'seconds; play: length of the track, stop and skip: listened',
    `value` LowCardinality(String) COMMENT 'vote only: up or down',
    `metadata` String COMMENT 'JSON object, character for character as sent; empty = not set',
    `query` String COMMENT 'search_click: the query as typed, at most 256 characters',
    `folded_query` String COMMENT 'the query with case, width and spacing folded, so that spellings meet',
    `rank` UInt32 COMMENT 'search_click: 1 is the top, 0 = none or not a whole number',
    INDEX block_range block TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY day
ORDER BY (project, timestamp, spool, row, position)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, index_granularity = 8192, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE TABLE inbox
(
    `project` String,
    `key` String,
    `spool` String,
    `block` UInt64,
    `row` UInt64,
    `universe` UInt64,
    `place` UInt64,
    `received_at` Float64,
    `events` String
)
ENGINE = `Null`;

CREATE TABLE search_day
(
    `project` LowCardinality(String),
    `day` Date,
    `folded_query` String COMMENT 'empty = the click carried no query',
    `query` String COMMENT 'as typed',
    `asset_id` UInt64,
    `rank` UInt32 COMMENT '0 = none',
    `key` LowCardinality(String),
    `events` SimpleAggregateFunction(sum, UInt64) COMMENT 'clicks',
    `players` AggregateFunction(uniqExact, UInt64) COMMENT 'hashes of player_id'
)
ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, folded_query, query, asset_id, rank, key)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, index_granularity = 8192, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW search_day_view TO search_day
(
    `project` LowCardinality(String),
    `day` Date,
    `folded_query` String,
    `query` String,
    `asset_id` UInt64,
    `rank` UInt32,
    `key` LowCardinality(String),
    `events` UInt64,
    `players` AggregateFunction(uniqExact, UInt64)
)
AS SELECT
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
GROUP BY
    project,
    day,
    folded_query,
    query,
    asset_id,
    rank,
    key;

CREATE VIEW track_length
(
    `project` LowCardinality(String),
    `asset_id` UInt64,
    `length` Float64
)
AS WITH
    arraySort(groupArray((duration, plays))) AS lengths,
    arrayCumSum(lengths.2) AS upto,
    upto[-1] AS n,
    (lengths[arrayFirstIndex(x -> (x > intDiv(n - 1, 2)), upto)]).1 AS lower,
    (lengths[arrayFirstIndex(x -> (x > intDiv(n, 2)), upto)]).1 AS upper
SELECT
    project,
    asset_id,
    (lower + upper) / 2 AS length
FROM
(
    SELECT
        project,
        asset_id,
        duration,
        sum(events) AS plays
    FROM track_length_day
    GROUP BY
        project,
        asset_id,
        duration
)
GROUP BY
    project,
    asset_id;

CREATE TABLE track_length_day
(
    `project` LowCardinality(String),
    `day` Date,
    `asset_id` UInt64,
    `duration` Float64 COMMENT 'seconds',
    `events` SimpleAggregateFunction(sum, UInt64) COMMENT 'plays'
)
ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (project, asset_id, duration)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, index_granularity = 8192, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW track_length_day_view TO track_length_day
(
    `project` LowCardinality(String),
    `day` Date,
    `asset_id` UInt64,
    `duration` Float64,
    `events` UInt64
)
AS SELECT
    project,
    day,
    assumeNotNull(asset_id) AS asset_id,
    assumeNotNull(duration) AS duration,
    count() AS events
FROM events
WHERE (type = 'play') AND isNotNull(events.asset_id) AND isNotNull(events.duration)
GROUP BY
    project,
    day,
    asset_id,
    duration;

CREATE MATERIALIZED VIEW unpack TO events
(
    `project` String,
    `key` String,
    `spool` String,
    `block` UInt64,
    `row` UInt64,
    `position` UInt16,
    `universe` UInt64,
    `place` UInt64,
    `received_at` Float64,
    `type` String,
    `asset_id` Nullable(UInt64),
    `timestamp` Float64,
    `day` Date,
    `player_id` String,
    `duration` Nullable(Float64),
    `value` String,
    `metadata` String,
    `query` String,
    `folded_query` String,
    `rank` UInt32
)
AS WITH
    (type = 'search_click') AND (JSONType(metadata, 'query') = 'String') AS has_query,
    if(type = 'search_click', JSONExtractFloat(metadata, 'rank'), 0) AS claimed_rank,
    JSONType(metadata, 'rank') IN ('Int64', 'UInt64', 'Double') AS is_number
SELECT
    project,
    key,
    spool,
    block,
    row,
    toUInt16(number - 1) AS position,
    universe,
    place,
    received_at,
    event.1 AS type,
    event.2 AS asset_id,
    event.3 AS timestamp,
    toDate(toDateTime(timestamp, 'UTC')) AS day,
    event.4 AS player_id,
    if((event.5) > 34560000, NULL, event.5) AS duration,
    event.6 AS value,
    event.7 AS metadata,
    if(has_query, substringUTF8(JSONExtractString(metadata, 'query'), 1, 256), '') AS query,
    substringUTF8(trimBoth(replaceRegexpAll(lowerUTF8(normalizeUTF8NFKC(query)), '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ')), 1, 256) AS folded_query,
    if(is_number AND (claimed_rank >= 1) AND (claimed_rank <= 1000000) AND (claimed_rank = floor(claimed_rank)), toUInt32(claimed_rank), 0) AS rank
FROM
(
    SELECT
        *,
        JSONExtract(events, 'Array(Tuple(String, Nullable(UInt64), Float64, String, Nullable(Float64), String, String))') AS unpacked
    FROM inbox
)
ARRAY JOIN
    unpacked AS event,
    arrayEnumerate(unpacked) AS number;
