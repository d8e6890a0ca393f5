-- What all migrations together make. Written by audioscape_server.warehouse.snapshot; do not edit.

CREATE TABLE IF NOT EXISTS custom_day
(
    `project` LowCardinality(String),
    `type` String,
    `universe` UInt64,
    `day` Date,
    `events` SimpleAggregateFunction(sum, UInt64),
    `players` SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) COMMENT 'hashes of player_id, 48 bits' CODEC(T64, ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, type, universe, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS events
(
    `project` LowCardinality(String),
    `key` LowCardinality(String) COMMENT 'API key id, stable through rotation' CODEC(ZSTD(1)),
    `spool` LowCardinality(String),
    `block` UInt64 COMMENT 'the immutable range of spool rows that brought the event here' CODEC(Delta(8), ZSTD(1)),
    `row` UInt64 CODEC(ZSTD(1)),
    `position` UInt16 COMMENT 'index in the row' CODEC(ZSTD(1)),
    `universe` UInt64 COMMENT '0 = not set' CODEC(ZSTD(1)),
    `place` UInt64 COMMENT '0 = not set' CODEC(ZSTD(1)),
    `received_at` Float64 COMMENT 'Unix seconds' CODEC(Delta(8), ZSTD(1)),
    `type` LowCardinality(String) CODEC(ZSTD(1)),
    `asset_id` Nullable(UInt64) CODEC(ZSTD(1)),
    `timestamp` Float64 COMMENT 'Unix seconds, to the fraction as sent' CODEC(Delta(8), ZSTD(1)),
    `day` Date COMMENT 'UTC day of timestamp',
    `player_id` String COMMENT 'empty = not set' CODEC(ZSTD(1)),
    `duration` Nullable(Float64) COMMENT 'seconds; play: length of the track, stop and skip: listened' CODEC(ZSTD(1)),
    `value` LowCardinality(String) COMMENT 'vote only: up or down' CODEC(ZSTD(1)),
    `metadata` String COMMENT 'JSON object, character for character as sent; empty = not set' CODEC(ZSTD(1)),
    `query` String COMMENT 'search_click: the query as typed, at most 256 characters' CODEC(ZSTD(1)),
    `folded_query` String COMMENT 'the query with case, width and spacing folded, so that spellings meet' CODEC(ZSTD(1)),
    `rank` UInt32 COMMENT 'search_click: 1 is the top, 0 = none or not a whole number' CODEC(ZSTD(1)),
    `completed` UInt8 DEFAULT 0 COMMENT 'stop only: 1 when at least 0.9 of the length of the track was heard' CODEC(ZSTD(1)),
    INDEX block_range block TYPE minmax GRANULARITY 1,
    INDEX player player_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY day
ORDER BY (project, key, universe, place, timestamp, spool, row, position)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS fence
(
    `raised` UInt64 COMMENT 'how often it was raised; the highest number counts'
)
ENGINE = ReplacingMergeTree(raised)
ORDER BY tuple()
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS first_seen
(
    `project` LowCardinality(String),
    `player` UInt64 COMMENT 'hash of player_id',
    `seen` SimpleAggregateFunction(max, Tuple(
        generation UInt64,
        at Float64)) COMMENT 'at: Unix seconds of the first event, negative' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (project, player)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS first_seen_days
(
    `project` LowCardinality(String),
    `day` Date,
    `generation` UInt64 COMMENT 'that of the lease under which it began; the highest counts',
    `print` UInt64 COMMENT 'a hash of what the rollup counted on the day before it was gathered',
    `gathered` UInt8 DEFAULT 1 COMMENT '0 = begun: some players of the day may be in first_seen'
)
ENGINE = ReplacingMergeTree(generation)
ORDER BY (project, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS inbox
(
    `project` String,
    `key` String,
    `spool` String,
    `block` UInt64,
    `row` UInt64,
    `universe` UInt64,
    `place` UInt64,
    `received_at` Float64,
    `events` String,
    `token` UInt64 COMMENT 'fencing token of the sender; 0 = it knows of none'
)
ENGINE = `Null`;

CREATE TABLE IF NOT EXISTS integrity_flags
(
    `project` LowCardinality(String),
    `number` UInt32 COMMENT 'the place in the snapshot; 0 is no flag',
    `snapshot` UInt64 COMMENT 'the lease and the run that made it; the highest counts',
    `as_of` Float64 COMMENT 'Unix seconds',
    `reason` LowCardinality(String),
    `key` LowCardinality(String),
    `player_id` String COMMENT 'empty = not one player',
    `asset_id` UInt64,
    `query` String COMMENT 'folded; empty = none',
    `since` Float64 COMMENT 'Unix seconds: the first event that speaks against it',
    `amount` UInt64,
    `of` UInt64,
    `usual` Float64 COMMENT 'the same share everywhere else in the project; -1 = there is none',
    `effect` LowCardinality(String)
)
ENGINE = ReplacingMergeTree(snapshot)
ORDER BY (project, number)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS known_length
(
    `project` LowCardinality(String),
    `asset_id` UInt64,
    `length` Float64 COMMENT 'seconds: the median of the durations of the plays, when it was learned',
    `judged` UInt8 COMMENT '1 = so are all stops of the track; 0 = not yet, 2 = taken from one block',
    `version` UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (project, asset_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS place_day
(
    `project` LowCardinality(String),
    `universe` UInt64 CODEC(ZSTD(1)),
    `place` UInt64 CODEC(ZSTD(1)),
    `key` LowCardinality(String),
    `day` Date,
    `events` SimpleAggregateFunction(sum, UInt64),
    `plays` SimpleAggregateFunction(sum, UInt64),
    `stops` SimpleAggregateFunction(sum, UInt64),
    `skips` SimpleAggregateFunction(sum, UInt64),
    `completed` SimpleAggregateFunction(sum, UInt64),
    `up_votes` SimpleAggregateFunction(sum, UInt64),
    `down_votes` SimpleAggregateFunction(sum, UInt64),
    `favorites` SimpleAggregateFunction(sum, UInt64),
    `unfavorites` SimpleAggregateFunction(sum, UInt64),
    `queue_adds` SimpleAggregateFunction(sum, UInt64),
    `search_clicks` SimpleAggregateFunction(sum, UInt64),
    `listened_micros` SimpleAggregateFunction(sum, UInt128) COMMENT 'microseconds, so that sums are exact' CODEC(ZSTD(1)),
    `listeners` SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) COMMENT 'hashes of player_id, 48 bits' CODEC(T64, ZSTD(1)),
    `others` SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) COMMENT 'hashes of the player_id of all other events, 48 bits; who listened may be among them' CODEC(T64, ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, universe, place, key, day)
SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE TABLE IF NOT EXISTS project_day
(
    `project` LowCardinality(String),
    `day` Date,
    `events` SimpleAggregateFunction(sum, UInt64),
    `plays` SimpleAggregateFunction(sum, UInt64),
    `stops` SimpleAggregateFunction(sum, UInt64),
    `skips` SimpleAggregateFunction(sum, UInt64),
    `completed` SimpleAggregateFunction(sum, UInt64),
    `up_votes` SimpleAggregateFunction(sum, UInt64),
    `down_votes` SimpleAggregateFunction(sum, UInt64),
    `favorites` SimpleAggregateFunction(sum, UInt64),
    `unfavorites` SimpleAggregateFunction(sum, UInt64),
    `queue_adds` SimpleAggregateFunction(sum, UInt64),
    `search_clicks` SimpleAggregateFunction(sum, UInt64),
    `listened_micros` SimpleAggregateFunction(sum, UInt128) COMMENT 'microseconds, so that sums are exact' CODEC(ZSTD(1)),
    `listeners` AggregateFunction(groupBitmap, UInt32) COMMENT 'hashes of player_id, 23 bits' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS project_hour
(
    `project` LowCardinality(String),
    `day` Date,
    `hour` DateTime('UTC'),
    `events` SimpleAggregateFunction(sum, UInt64),
    `plays` SimpleAggregateFunction(sum, UInt64),
    `stops` SimpleAggregateFunction(sum, UInt64),
    `skips` SimpleAggregateFunction(sum, UInt64),
    `completed` SimpleAggregateFunction(sum, UInt64),
    `up_votes` SimpleAggregateFunction(sum, UInt64),
    `down_votes` SimpleAggregateFunction(sum, UInt64),
    `favorites` SimpleAggregateFunction(sum, UInt64),
    `unfavorites` SimpleAggregateFunction(sum, UInt64),
    `queue_adds` SimpleAggregateFunction(sum, UInt64),
    `search_clicks` SimpleAggregateFunction(sum, UInt64),
    `listened_micros` SimpleAggregateFunction(sum, UInt128) COMMENT 'microseconds, so that sums are exact' CODEC(ZSTD(1)),
    `listeners` AggregateFunction(groupBitmap, UInt32) COMMENT 'hashes of player_id, 23 bits' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, hour)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 24;

CREATE TABLE IF NOT EXISTS scores
(
    `project` LowCardinality(String),
    `universe` UInt64 COMMENT '0 = the whole project; others were kept by an older version',
    `asset_id` UInt64,
    `day` Date COMMENT 'UTC day of as_of',
    `snapshot` UInt64 COMMENT 'the lease and the run that made it; the highest of a day counts',
    `as_of` Float64 COMMENT 'Unix seconds',
    `model_version` LowCardinality(String),
    `parameters` LowCardinality(String) COMMENT 'JSON: the parameters of the model',
    `score` Float64,
    `low` Float64,
    `high` Float64,
    `rank` UInt32,
    `listeners` UInt64 COMMENT 'distinct players of the last 7 days',
    `listens` Float64 COMMENT 'sums over days, weighted by age',
    `plays_without_end` Float64,
    `queue` Float64,
    `clicks` Float64,
    `favorites` Float64,
    `custom` Array(Tuple(
        type String,
        players Float64)) COMMENT 'sums over days of players by custom type, weighted by age',
    `qualified_rate` Float64,
    `uncapped` Float64,
    `key_growth` Float64 COMMENT 'what a usual key may add, for each listener of the others',
    `mass` Float64,
    `reference_mass` Float64,
    `ends` Float64 COMMENT 'players and days with a stop or a skip, after the cap',
    `early_skips` Float64,
    `completion_mean` Float64,
    `up_votes` Float64 COMMENT 'current ones, after the cap',
    `down_votes` Float64,
    `vote_mean` Float64,
    `quality` Float64,
    `capped` Array(Tuple(
        key String,
        mass Float64,
        counted Float64)),
    `trend_listeners` Float64,
    `trend_expected` Float64,
    `trend_z` Float64,
    `trend_bar` Float64 COMMENT '0 = no trend was looked for, or it is not known',
    `trend_lift` Float64,
    `trend_keys` UInt32,
    `trend_rank` UInt32 COMMENT '0 = does not trend'
)
ENGINE = ReplacingMergeTree(snapshot)
PARTITION BY toYYYYMM(day)
ORDER BY (project, universe, day, asset_id)
TTL day + toIntervalDay(400)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 1024;

CREATE TABLE IF NOT EXISTS search_clicks
(
    `project` LowCardinality(String),
    `query` String COMMENT 'folded: case, width, spacing and punctuation, 64 characters' CODEC(ZSTD(1)),
    `asset_id` UInt64,
    `key` LowCardinality(String),
    `day` Date,
    `rank` UInt8 COMMENT '1 to 20, which stands for all below too; 0 = not known',
    `side` UInt8,
    `snapshot` UInt64 COMMENT 'the lease and the run that made it',
    `clickers` UInt32 COMMENT 'distinct players',
    `outcomes` UInt32 COMMENT 'of those, who stopped or skipped the track within half an hour',
    `satisfied` UInt32 COMMENT 'of those, who had listened enough',
    `shown` UInt32 COMMENT 'served lists that showed it at this rank'
)
ENGINE = ReplacingMergeTree(snapshot)
PARTITION BY toYYYYMM(day)
ORDER BY (project, query, asset_id, key, day, rank, side)
TTL day + toIntervalDay(120)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 512;

CREATE TABLE IF NOT EXISTS search_day
(
    `project` LowCardinality(String),
    `folded_query` String COMMENT 'empty = the click carried no query' CODEC(ZSTD(1)),
    `query` String COMMENT 'as typed' CODEC(ZSTD(1)),
    `asset_id` UInt64 CODEC(ZSTD(1)),
    `rank` UInt32 COMMENT '0 = none' CODEC(ZSTD(1)),
    `key` LowCardinality(String),
    `day` Date,
    `events` SimpleAggregateFunction(sum, UInt64) COMMENT 'clicks',
    `players` SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) COMMENT 'hashes of player_id, 48 bits' CODEC(T64, ZSTD(1)),
    `unnamed` SimpleAggregateFunction(sum, UInt64) COMMENT 'clicks without a player'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, folded_query, query, asset_id, rank, key, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS search_model
(
    `project` LowCardinality(String),
    `snapshot` UInt64 COMMENT 'the highest counts',
    `as_of` Float64 COMMENT 'Unix seconds',
    `day` Date COMMENT 'UTC day of as_of: clicks are as old as they are on this day',
    `version` String COMMENT 'names all that was learnt',
    `examination` Array(Float64),
    `satisfaction` Float64,
    `base_quality` Float64,
    `shares` Array(Tuple(
        key String,
        share Float64)),
    `learnt_from` UInt64 COMMENT 'hash of what it was learnt from',
    `days` Array(Tuple(
        day Date,
        snapshot UInt64,
        side UInt8,
        print UInt64,
        rows UInt64)) COMMENT 'which snapshots of clicks count, of which events they were made, and how many rows they have',
    `stepped_back` Array(Tuple(
        query String,
        gain Float64,
        deviation Float64,
        clicks Float64)) COMMENT 'queries whose base order did better on later clicks: by how much, and what chance explains'
)
ENGINE = ReplacingMergeTree(snapshot)
ORDER BY project
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE TABLE IF NOT EXISTS search_orders
(
    `project` LowCardinality(String),
    `query` String COMMENT 'folded, as in search_clicks' CODEC(ZSTD(1)),
    `day` Date,
    `at` Float64 COMMENT 'Unix seconds',
    `assets` Array(UInt64) COMMENT 'the best first' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (project, query, day)
TTL day + toIntervalDay(120)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 512;

CREATE TABLE IF NOT EXISTS track_day
(
    `project` LowCardinality(String),
    `asset_id` UInt64 CODEC(ZSTD(1)),
    `day` Date,
    `events` SimpleAggregateFunction(sum, UInt64),
    `plays` SimpleAggregateFunction(sum, UInt64),
    `stops` SimpleAggregateFunction(sum, UInt64),
    `skips` SimpleAggregateFunction(sum, UInt64),
    `completed` SimpleAggregateFunction(sum, UInt64),
    `up_votes` SimpleAggregateFunction(sum, UInt64),
    `down_votes` SimpleAggregateFunction(sum, UInt64),
    `favorites` SimpleAggregateFunction(sum, UInt64),
    `unfavorites` SimpleAggregateFunction(sum, UInt64),
    `queue_adds` SimpleAggregateFunction(sum, UInt64),
    `search_clicks` SimpleAggregateFunction(sum, UInt64),
    `listened_micros` SimpleAggregateFunction(sum, UInt128) COMMENT 'microseconds, so that sums are exact' CODEC(ZSTD(1)),
    `listeners` SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) COMMENT 'hashes of player_id, 48 bits' CODEC(T64, ZSTD(1)),
    `stopped_at` SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)) COMMENT 'stops with a duration by its whole seconds; 3601 = more than 3,600' CODEC(ZSTD(1)),
    `skipped_at` SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)) COMMENT 'skips, likewise' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, asset_id, day)
SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE TABLE IF NOT EXISTS track_length_day
(
    `project` LowCardinality(String),
    `asset_id` UInt64,
    `duration` Float64 COMMENT 'seconds',
    `day` Date,
    `events` SimpleAggregateFunction(sum, UInt64) COMMENT 'plays'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, asset_id, duration, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 8192;

CREATE MATERIALIZED VIEW IF NOT EXISTS custom_day_view TO custom_day
(
    `project` LowCardinality(String),
    `type` LowCardinality(String),
    `universe` UInt64,
    `day` Date,
    `events` UInt64,
    `players` Array(UInt64)
)
AS SELECT
    project,
    type,
    universe,
    day,
    count() AS events,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '') AS players
FROM events
WHERE type NOT IN ('play', 'stop', 'skip', 'vote', 'favorite', 'unfavorite', 'add_to_queue', 'search_click')
GROUP BY
    project,
    type,
    universe,
    day;

CREATE MATERIALIZED VIEW IF NOT EXISTS place_day_view TO place_day
(
    `project` LowCardinality(String),
    `universe` UInt64,
    `place` UInt64,
    `key` LowCardinality(String),
    `day` Date,
    `events` UInt64,
    `plays` UInt64,
    `stops` UInt64,
    `skips` UInt64,
    `completed` UInt64,
    `up_votes` UInt64,
    `down_votes` UInt64,
    `favorites` UInt64,
    `unfavorites` UInt64,
    `queue_adds` UInt64,
    `search_clicks` UInt64,
    `listened_micros` UInt128,
    `listeners` Array(UInt64),
    `others` Array(UInt64)
)
AS WITH
    (player_id != '') AND (type IN ('play', 'stop', 'skip')) AS is_listening,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), (player_id != '') AND (NOT is_listening)) AS doing
SELECT
    project,
    universe,
    place,
    key,
    day,
    count() AS events,
    countIf(type = 'play') AS plays,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips,
    sum(completed) AS completed,
    countIf((type = 'vote') AND (value = 'up')) AS up_votes,
    countIf((type = 'vote') AND (value = 'down')) AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), (type IN ('stop', 'skip'))) AS listened_micros,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), is_listening) AS listeners,
    arrayFilter((player, time) -> (time = 1), doing, arraySlice(arrayEnumerateUniq(arrayConcat(listeners, doing)), length(listeners) + 1)) AS others
FROM events
GROUP BY
    project,
    universe,
    place,
    key,
    day;

CREATE MATERIALIZED VIEW IF NOT EXISTS project_day_view TO project_day
(
    `project` LowCardinality(String),
    `day` Date,
    `events` UInt64,
    `plays` UInt64,
    `stops` UInt64,
    `skips` UInt64,
    `completed` UInt64,
    `up_votes` UInt64,
    `down_votes` UInt64,
    `favorites` UInt64,
    `unfavorites` UInt64,
    `queue_adds` UInt64,
    `search_clicks` UInt64,
    `listened_micros` UInt128,
    `listeners` AggregateFunction(groupBitmap, UInt32)
)
AS WITH
    (player_id != '') AND (type IN ('play', 'stop', 'skip')) AS is_listening
SELECT
    project,
    day,
    count() AS events,
    countIf(type = 'play') AS plays,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips,
    sum(completed) AS completed,
    countIf((type = 'vote') AND (value = 'up')) AS up_votes,
    countIf((type = 'vote') AND (value = 'down')) AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), (type IN ('stop', 'skip'))) AS listened_micros,
    groupBitmapStateIf(toUInt32(bitShiftRight(sipHash64(player_id), 41)), is_listening) AS listeners
FROM events
GROUP BY
    project,
    day;

CREATE MATERIALIZED VIEW IF NOT EXISTS project_hour_view TO project_hour
(
    `project` LowCardinality(String),
    `day` Date,
    `hour` DateTime('UTC'),
    `events` UInt64,
    `plays` UInt64,
    `stops` UInt64,
    `skips` UInt64,
    `completed` UInt64,
    `up_votes` UInt64,
    `down_votes` UInt64,
    `favorites` UInt64,
    `unfavorites` UInt64,
    `queue_adds` UInt64,
    `search_clicks` UInt64,
    `listened_micros` UInt128,
    `listeners` AggregateFunction(groupBitmap, UInt32)
)
AS WITH
    (player_id != '') AND (type IN ('play', 'stop', 'skip')) AS is_listening
SELECT
    project,
    day,
    toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour,
    count() AS events,
    countIf(type = 'play') AS plays,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips,
    sum(completed) AS completed,
    countIf((type = 'vote') AND (value = 'up')) AS up_votes,
    countIf((type = 'vote') AND (value = 'down')) AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), (type IN ('stop', 'skip'))) AS listened_micros,
    groupBitmapStateIf(toUInt32(bitShiftRight(sipHash64(player_id), 41)), is_listening) AS listeners
FROM events
GROUP BY
    project,
    day,
    hour;

CREATE MATERIALIZED VIEW IF NOT EXISTS search_day_view TO search_day
(
    `project` LowCardinality(String),
    `folded_query` String,
    `query` String,
    `asset_id` UInt64,
    `rank` UInt32,
    `key` LowCardinality(String),
    `day` Date,
    `events` UInt64,
    `players` Array(UInt64),
    `unnamed` UInt64
)
AS SELECT
    project,
    folded_query,
    query,
    ifNull(asset_id, 0) AS asset_id,
    rank,
    key,
    day,
    count() AS events,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '') AS players,
    countIf(player_id = '') AS unnamed
FROM events
WHERE type = 'search_click'
GROUP BY
    project,
    folded_query,
    query,
    asset_id,
    rank,
    key,
    day;

CREATE MATERIALIZED VIEW IF NOT EXISTS track_day_view TO track_day
(
    `project` LowCardinality(String),
    `asset_id` UInt64,
    `day` Date,
    `events` UInt64,
    `plays` UInt64,
    `stops` UInt64,
    `skips` UInt64,
    `completed` UInt64,
    `up_votes` UInt64,
    `down_votes` UInt64,
    `favorites` UInt64,
    `unfavorites` UInt64,
    `queue_adds` UInt64,
    `search_clicks` UInt64,
    `listened_micros` UInt128,
    `listeners` Array(UInt64),
    `stopped_at` Map(UInt16, UInt64),
    `skipped_at` Map(UInt16, UInt64)
)
AS WITH
    (player_id != '') AND (type IN ('play', 'stop', 'skip')) AS is_listening
SELECT
    project,
    assumeNotNull(asset_id) AS asset_id,
    day,
    count() AS events,
    countIf(type = 'play') AS plays,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips,
    sum(completed) AS completed,
    countIf((type = 'vote') AND (value = 'up')) AS up_votes,
    countIf((type = 'vote') AND (value = 'down')) AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), (type IN ('stop', 'skip'))) AS listened_micros,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), is_listening) AS listeners,
    sumMapIf(map(toUInt16(least(floor(ifNull(duration, 0)), 3601)), toUInt64(1)), (type = 'stop') AND isNotNull(duration)) AS stopped_at,
    sumMapIf(map(toUInt16(least(floor(ifNull(duration, 0)), 3601)), toUInt64(1)), (type = 'skip') AND isNotNull(duration)) AS skipped_at
FROM events
WHERE isNotNull(events.asset_id)
GROUP BY
    project,
    asset_id,
    day;

CREATE MATERIALIZED VIEW IF NOT EXISTS track_length_day_view TO track_length_day
(
    `project` LowCardinality(String),
    `asset_id` UInt64,
    `duration` Float64,
    `day` Date,
    `events` UInt64
)
AS SELECT
    project,
    assumeNotNull(asset_id) AS asset_id,
    assumeNotNull(duration) AS duration,
    day,
    count() AS events
FROM events
WHERE (type = 'play') AND isNotNull(events.asset_id) AND isNotNull(events.duration)
GROUP BY
    project,
    asset_id,
    duration,
    day;

CREATE MATERIALIZED VIEW IF NOT EXISTS unpack TO events
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
    `rank` UInt32,
    `completed` UInt8
)
AS WITH
    (type = 'search_click') AND (JSONType(metadata, 'query') = 'String') AS has_query,
    if(type = 'search_click', JSONExtractFloat(metadata, 'rank'), 0) AS claimed_rank,
    JSONType(metadata, 'rank') IN ('Int64', 'UInt64', 'Double') AS is_number
SELECT
    sent.project AS project,
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
    if(is_number AND (claimed_rank >= 1) AND (claimed_rank <= 1000000) AND (claimed_rank = floor(claimed_rank)), toUInt32(claimed_rank), 0) AS rank,
    toUInt8((type = 'stop') AND (known.version > 0) AND ifNull(duration >= (0.9 * known.length), 0)) AS completed
FROM
(
    SELECT
        *,
        event,
        number,
        ifNull(event.2, 0) AS asset
    FROM
    (
        SELECT
            *,
            JSONExtract(events, 'Array(Tuple(String, Nullable(UInt64), Float64, String, Nullable(Float64), String, String))') AS unpacked
        FROM inbox
        WHERE (NOT throwIf(token = 0, 'A worker of an older version still runs: stop it')) AND (token = (
            SELECT 1 + max(raised)
            FROM fence
        ))
    )
    ARRAY JOIN
        unpacked AS event,
        arrayEnumerate(unpacked) AS number
) AS sent
ANY LEFT JOIN
(
    SELECT
        project,
        asset_id,
        length,
        version
    FROM known_length
    FINAL
) AS known ON (sent.project = known.project) AND (sent.asset = known.asset_id);

CREATE TABLE IF NOT EXISTS migrations
(
    `name` String,
    `checksum` String,
    `applied_at` DateTime('UTC')
)
ENGINE = MergeTree
ORDER BY name
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;
