-- Answers in a tenth of a second: one rollup for each grain that is asked for, and `completed` judged while loading.
--
-- The rollups are kept by month: a question about 28 days opens two parts, not 28, and one track's days lie side by
-- side. Each has the same measures under the same names. Distinct listeners:
--
-- * By place and by track they are counted exactly: the sets of the players' hashes themselves, 48 bits each, so that
--   among a million listeners one count in 500 is short by one.
-- * Of the whole project, whose sets grow without end, they are a bitmap of 2^23 places. With b places taken of m,
--   -m * ln(1 - b / m) listeners are expected (linear counting: Whang, Vander-Zanden and Taylor, 1990), to 0.1 % up to
--   50 million.
--
-- `completed` compares a stop with the length of its track, which moves as plays come in. It is judged when the event
-- is loaded, by the length known then, and again for the events of a track whose length moved (see lengths.py).
--
-- The scores will be made from the events, day by day, so the sets that were kept for them go.

-- A year of events is a third smaller so; parts that are there already follow when they are merged.
ALTER TABLE events MODIFY COLUMN key LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN block UInt64 CODEC(Delta, ZSTD(1));
ALTER TABLE events MODIFY COLUMN row UInt64 CODEC(Delta, ZSTD(1));
ALTER TABLE events MODIFY COLUMN position UInt16 CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN universe UInt64 CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN place UInt64 CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN received_at Float64 CODEC(Delta, ZSTD(1));
ALTER TABLE events MODIFY COLUMN type LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN asset_id Nullable(UInt64) CODEC(T64, ZSTD(1));
ALTER TABLE events MODIFY COLUMN timestamp Float64 CODEC(Delta, ZSTD(1));
ALTER TABLE events MODIFY COLUMN player_id String CODEC(ZSTD(3));
ALTER TABLE events MODIFY COLUMN duration Nullable(Float64) CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN value LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN metadata String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN query String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN folded_query String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN rank UInt32 CODEC(ZSTD(1));
ALTER TABLE events ADD COLUMN IF NOT EXISTS completed UInt8 DEFAULT 0
    COMMENT 'stop only: 1 when at least 0.9 of the length of the track was heard';

-- What the new rollups replace.
DROP VIEW IF EXISTS activity_hour_view SYNC;
DROP VIEW IF EXISTS asset_day_view SYNC;
DROP VIEW IF EXISTS search_day_view SYNC;
DROP VIEW IF EXISTS custom_day_view SYNC;
DROP VIEW IF EXISTS track_length_day_view SYNC;
DROP VIEW IF EXISTS track_length SYNC;
DROP TABLE IF EXISTS activity_hour SYNC;
DROP TABLE IF EXISTS asset_day SYNC;
DROP TABLE IF EXISTS search_day SYNC;
DROP TABLE IF EXISTS custom_day SYNC;
DROP TABLE IF EXISTS track_length_day SYNC;

-- The length by which stops are judged, of each track that has one; the row with the highest version counts.
CREATE TABLE IF NOT EXISTS known_length (
    project LowCardinality(String),
    asset_id UInt64,
    length Float64 COMMENT 'seconds: the median of the durations of the plays, when it was learned',
    judged UInt8 COMMENT '1 = so are all stops of the track; 0 = not yet, 2 = taken from one block',
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (project, asset_id)
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

ALTER TABLE unpack MODIFY QUERY
WITH
    type = 'search_click' AND JSONType(metadata, 'query') = 'String' AS has_query,
    if(type = 'search_click', JSONExtractFloat(metadata, 'rank'), 0) AS claimed_rank,
    JSONType(metadata, 'rank') IN ('Int64', 'UInt64', 'Double') AS is_number
SELECT
    sent.project AS project, key, spool, block, row, toUInt16(number - 1) AS position, universe, place, received_at,
    event.1 AS type,
    event.2 AS asset_id,
    event.3 AS timestamp,
    toDate(toDateTime(timestamp, 'UTC')) AS day,
    event.4 AS player_id,
    if(event.5 > 34560000, NULL, event.5) AS duration,
    event.6 AS value,
    event.7 AS metadata,
    if(has_query, substringUTF8(JSONExtractString(metadata, 'query'), 1, 256), '') AS query,
    substringUTF8(trimBoth(replaceRegexpAll(
        lowerUTF8(normalizeUTF8NFKC(query)), '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ')), 1, 256) AS folded_query,
    if(is_number AND claimed_rank >= 1 AND claimed_rank <= 1000000 AND claimed_rank = floor(claimed_rank),
       toUInt32(claimed_rank), 0) AS rank,
    toUInt8(type = 'stop' AND known.version > 0 AND ifNull(duration >= 0.9 * known.length, 0)) AS completed
FROM (
    SELECT
        *,
        event,
        number,
        ifNull(event.2, 0) AS asset
    FROM (
        SELECT
            *,
            JSONExtract(
                events,
                'Array(Tuple(String, Nullable(UInt64), Float64, String, Nullable(Float64), String, String))'
            ) AS unpacked
        FROM inbox
        WHERE NOT throwIf(token = 0, 'A worker of an older version still runs: stop it')
            AND token = (SELECT 1 + max(raised) FROM fence)
    )
    ARRAY JOIN unpacked AS event, arrayEnumerate(unpacked) AS number
) AS sent
LEFT ANY JOIN (SELECT project, asset_id, length, version FROM known_length FINAL) AS known
    ON sent.project = known.project AND sent.asset = known.asset_id;

-- What happened in the whole project in each hour. Serves series by hour, and the ends of every period: a few rows, so
-- that not the bitmaps of a whole month are read for them (8,192 rows at least, by default).
CREATE TABLE IF NOT EXISTS project_hour (
    project LowCardinality(String),
    day Date,
    hour DateTime('UTC'),
    events SimpleAggregateFunction(sum, UInt64),
    plays SimpleAggregateFunction(sum, UInt64),
    stops SimpleAggregateFunction(sum, UInt64),
    skips SimpleAggregateFunction(sum, UInt64),
    completed SimpleAggregateFunction(sum, UInt64),
    up_votes SimpleAggregateFunction(sum, UInt64),
    down_votes SimpleAggregateFunction(sum, UInt64),
    favorites SimpleAggregateFunction(sum, UInt64),
    unfavorites SimpleAggregateFunction(sum, UInt64),
    queue_adds SimpleAggregateFunction(sum, UInt64),
    search_clicks SimpleAggregateFunction(sum, UInt64),
    listened_micros SimpleAggregateFunction(sum, UInt128) CODEC(ZSTD(1)) COMMENT 'microseconds, so that sums are exact',
    listeners AggregateFunction(groupBitmap, UInt32) CODEC(ZSTD(1)) COMMENT 'hashes of player_id, 23 bits'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, hour)
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480,
    index_granularity = 24;

CREATE MATERIALIZED VIEW IF NOT EXISTS project_hour_view TO project_hour AS
WITH player_id != '' AND type IN ('play', 'stop', 'skip') AS is_listening
SELECT
    project,
    day,
    toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour,
    count() AS events,
    countIf(type = 'play') AS plays,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips,
    sum(completed) AS completed,
    countIf(type = 'vote' AND value = 'up') AS up_votes,
    countIf(type = 'vote' AND value = 'down') AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')) AS listened_micros,
    groupBitmapStateIf(toUInt32(bitShiftRight(sipHash64(player_id), 41)), is_listening) AS listeners
FROM events
GROUP BY project, day, hour;

-- What happened in the whole project on each day. Serves the overview.
CREATE TABLE IF NOT EXISTS project_day (
    project LowCardinality(String),
    day Date,
    events SimpleAggregateFunction(sum, UInt64),
    plays SimpleAggregateFunction(sum, UInt64),
    stops SimpleAggregateFunction(sum, UInt64),
    skips SimpleAggregateFunction(sum, UInt64),
    completed SimpleAggregateFunction(sum, UInt64),
    up_votes SimpleAggregateFunction(sum, UInt64),
    down_votes SimpleAggregateFunction(sum, UInt64),
    favorites SimpleAggregateFunction(sum, UInt64),
    unfavorites SimpleAggregateFunction(sum, UInt64),
    queue_adds SimpleAggregateFunction(sum, UInt64),
    search_clicks SimpleAggregateFunction(sum, UInt64),
    listened_micros SimpleAggregateFunction(sum, UInt128) CODEC(ZSTD(1)) COMMENT 'microseconds, so that sums are exact',
    listeners AggregateFunction(groupBitmap, UInt32) CODEC(ZSTD(1)) COMMENT 'hashes of player_id, 23 bits'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, day)
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW IF NOT EXISTS project_day_view TO project_day AS
WITH player_id != '' AND type IN ('play', 'stop', 'skip') AS is_listening
SELECT
    project,
    day,
    count() AS events,
    countIf(type = 'play') AS plays,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips,
    sum(completed) AS completed,
    countIf(type = 'vote' AND value = 'up') AS up_votes,
    countIf(type = 'vote' AND value = 'down') AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')) AS listened_micros,
    groupBitmapStateIf(toUInt32(bitShiftRight(sipHash64(player_id), 41)), is_listening) AS listeners
FROM events
GROUP BY project, day;

-- What happened in each place, by API key, on each day. Serves experiences, and the overview of some of them.
CREATE TABLE IF NOT EXISTS place_day (
    project LowCardinality(String),
    universe UInt64 CODEC(ZSTD(1)),
    place UInt64 CODEC(ZSTD(1)),
    key LowCardinality(String),
    day Date,
    events SimpleAggregateFunction(sum, UInt64),
    plays SimpleAggregateFunction(sum, UInt64),
    stops SimpleAggregateFunction(sum, UInt64),
    skips SimpleAggregateFunction(sum, UInt64),
    completed SimpleAggregateFunction(sum, UInt64),
    up_votes SimpleAggregateFunction(sum, UInt64),
    down_votes SimpleAggregateFunction(sum, UInt64),
    favorites SimpleAggregateFunction(sum, UInt64),
    unfavorites SimpleAggregateFunction(sum, UInt64),
    queue_adds SimpleAggregateFunction(sum, UInt64),
    search_clicks SimpleAggregateFunction(sum, UInt64),
    listened_micros SimpleAggregateFunction(sum, UInt128) CODEC(ZSTD(1)) COMMENT 'microseconds, so that sums are exact',
    listeners SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD(1))
        COMMENT 'hashes of player_id, 48 bits'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, universe, place, key, day)
SETTINGS
    index_granularity = 256,
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW IF NOT EXISTS place_day_view TO place_day AS
WITH player_id != '' AND type IN ('play', 'stop', 'skip') AS is_listening
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
    countIf(type = 'vote' AND value = 'up') AS up_votes,
    countIf(type = 'vote' AND value = 'down') AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')) AS listened_micros,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), is_listening) AS listeners
FROM events
GROUP BY project, universe, place, key, day;

-- What happened to each asset on each day. Serves the list of tracks, and all about one of them.
CREATE TABLE IF NOT EXISTS track_day (
    project LowCardinality(String),
    asset_id UInt64 CODEC(ZSTD(1)),
    day Date,
    events SimpleAggregateFunction(sum, UInt64),
    plays SimpleAggregateFunction(sum, UInt64),
    stops SimpleAggregateFunction(sum, UInt64),
    skips SimpleAggregateFunction(sum, UInt64),
    completed SimpleAggregateFunction(sum, UInt64),
    up_votes SimpleAggregateFunction(sum, UInt64),
    down_votes SimpleAggregateFunction(sum, UInt64),
    favorites SimpleAggregateFunction(sum, UInt64),
    unfavorites SimpleAggregateFunction(sum, UInt64),
    queue_adds SimpleAggregateFunction(sum, UInt64),
    search_clicks SimpleAggregateFunction(sum, UInt64),
    listened_micros SimpleAggregateFunction(sum, UInt128) CODEC(ZSTD(1)) COMMENT 'microseconds, so that sums are exact',
    listeners SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD(1))
        COMMENT 'hashes of player_id, 48 bits',
    stopped_at SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)) CODEC(ZSTD(1))
        COMMENT 'stops with a duration by its whole seconds; 3601 = more than 3,600',
    skipped_at SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)) CODEC(ZSTD(1)) COMMENT 'skips, likewise'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, asset_id, day)
SETTINGS
    index_granularity = 256,
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW IF NOT EXISTS track_day_view TO track_day AS
WITH player_id != '' AND type IN ('play', 'stop', 'skip') AS is_listening
SELECT
    project,
    assumeNotNull(asset_id) AS asset_id,
    day,
    count() AS events,
    countIf(type = 'play') AS plays,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips,
    sum(completed) AS completed,
    countIf(type = 'vote' AND value = 'up') AS up_votes,
    countIf(type = 'vote' AND value = 'down') AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')) AS listened_micros,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), is_listening) AS listeners,
    sumMapIf(map(toUInt16(least(floor(ifNull(duration, 0)), 3601)), toUInt64(1)), type = 'stop' AND isNotNull(duration))
        AS stopped_at,
    sumMapIf(map(toUInt16(least(floor(ifNull(duration, 0)), 3601)), toUInt64(1)), type = 'skip' AND isNotNull(duration))
        AS skipped_at
FROM events
WHERE isNotNull(events.asset_id)
GROUP BY project, asset_id, day;

-- Which result of which search was clicked at which rank. Serves the list of queries and the search ranking.
CREATE TABLE IF NOT EXISTS search_day (
    project LowCardinality(String),
    folded_query String CODEC(ZSTD(1)) COMMENT 'empty = the click carried no query',
    query String CODEC(ZSTD(1)) COMMENT 'as typed',
    asset_id UInt64 CODEC(ZSTD(1)),
    rank UInt32 CODEC(ZSTD(1)) COMMENT '0 = none',
    key LowCardinality(String),
    day Date,
    events SimpleAggregateFunction(sum, UInt64) COMMENT 'clicks',
    players SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD(1))
        COMMENT 'hashes of player_id, 48 bits'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, folded_query, query, asset_id, rank, key, day)
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW IF NOT EXISTS search_day_view TO search_day AS
SELECT
    project,
    folded_query,
    query,
    ifNull(asset_id, 0) AS asset_id,
    rank,
    key,
    day,
    count() AS events,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '') AS players
FROM events
WHERE type = 'search_click'
GROUP BY project, folded_query, query, asset_id, rank, key, day;

-- How often each type of event that is not built in came.
CREATE TABLE IF NOT EXISTS custom_day (
    project LowCardinality(String),
    type String,
    universe UInt64,
    day Date,
    events SimpleAggregateFunction(sum, UInt64),
    players SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD(1))
        COMMENT 'hashes of player_id, 48 bits'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, type, universe, day)
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW IF NOT EXISTS custom_day_view TO custom_day AS
SELECT
    project,
    type,
    universe,
    day,
    count() AS events,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '') AS players
FROM events
WHERE type NOT IN ('play', 'stop', 'skip', 'vote', 'favorite', 'unfavorite', 'add_to_queue', 'search_click')
GROUP BY project, type, universe, day;

-- Which lengths the plays of an asset claimed. A length is the median over all kept plays, so one client that sends
-- nonsense can not decide what counts as a completed listen.
CREATE TABLE IF NOT EXISTS track_length_day (
    project LowCardinality(String),
    asset_id UInt64,
    duration Float64 COMMENT 'seconds',
    day Date,
    events SimpleAggregateFunction(sum, UInt64) COMMENT 'plays'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, asset_id, duration, day)
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE MATERIALIZED VIEW IF NOT EXISTS track_length_day_view TO track_length_day AS
SELECT
    project,
    assumeNotNull(asset_id) AS asset_id,
    assumeNotNull(duration) AS duration,
    day,
    count() AS events
FROM events
WHERE type = 'play' AND isNotNull(events.asset_id) AND isNotNull(events.duration)
GROUP BY project, asset_id, duration, day;
