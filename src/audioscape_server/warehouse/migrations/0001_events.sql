-- Every accepted event, once, exactly as it was sent.
--
-- The loader inserts one row per request into `inbox`; the engine unpacks it (a hundred times cheaper than doing so in
-- Python) and stores nothing in `inbox` itself. (spool, row, position) names an event for ever.
--
-- Durability: ClickHouse acknowledges an insert before it is on disk unless both fsync settings are on. The loader
-- deletes from the spool what is acknowledged here, so every table of this schema sets them.
-- non_replicated_deduplication_window makes insert tokens work on plain MergeTree. They are the second line only: their
-- log is not fsynced. The first line is counting a block's rows before it is ever replayed.

CREATE TABLE IF NOT EXISTS inbox (
    project String,
    key String,
    spool String,
    block UInt64,
    row UInt64,
    universe UInt64,
    place UInt64,
    received_at Float64,
    events String
) ENGINE = Null;

CREATE TABLE IF NOT EXISTS events (
    project LowCardinality(String),
    key LowCardinality(String) COMMENT 'API key id, stable through rotation',
    spool LowCardinality(String),
    block UInt64 COMMENT 'the immutable range of spool rows that brought the event here',
    row UInt64,
    position UInt16 COMMENT 'index in the row',
    universe UInt64 COMMENT '0 = not set',
    place UInt64 COMMENT '0 = not set',
    received_at Float64 COMMENT 'Unix seconds',
    type LowCardinality(String),
    asset_id Nullable(UInt64),
    timestamp Float64 COMMENT 'Unix seconds, to the fraction as sent',
    day Date COMMENT 'UTC day of timestamp',
    player_id String COMMENT 'empty = not set',
    duration Nullable(Float64) COMMENT 'seconds; play: length of the track, stop and skip: listened',
    value LowCardinality(String) COMMENT 'vote only: up or down',
    metadata String COMMENT 'JSON object, character for character as sent; empty = not set',
    query String COMMENT 'search_click: the query as typed, at most 256 characters',
    folded_query String COMMENT 'the query with case, width and spacing folded, so that spellings meet',
    rank UInt32 COMMENT 'search_click: 1 is the top, 0 = none or not a whole number',
    INDEX block_range block TYPE minmax GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY day
ORDER BY (project, timestamp, spool, row, position)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;

-- JSONExtract answers malformed input with an empty array and no error: the loader counts what arrived.
CREATE MATERIALIZED VIEW IF NOT EXISTS unpack TO events AS
WITH
    type = 'search_click' AND JSONType(metadata, 'query') = 'String' AS has_query,
    if(type = 'search_click', JSONExtractFloat(metadata, 'rank'), 0) AS claimed_rank,
    JSONType(metadata, 'rank') IN ('Int64', 'UInt64', 'Double') AS is_number
SELECT
    project, key, spool, block, row, toUInt16(number - 1) AS position, universe, place, received_at,
    event.1 AS type,
    event.2 AS asset_id,
    event.3 AS timestamp,
    toDate(toDateTime(timestamp, 'UTC')) AS day,
    event.4 AS player_id,
    event.5 AS duration,
    event.6 AS value,
    event.7 AS metadata,
    if(has_query, substringUTF8(JSONExtractString(metadata, 'query'), 1, 256), '') AS query,
    if(query = '', '', substringUTF8(
        trimBoth(replaceRegexpAll(lowerUTF8(normalizeUTF8NFKC(query)), '[\\s\\p{Z}]+', ' ')), 1, 256)) AS folded_query,
    if(is_number AND claimed_rank >= 1 AND claimed_rank <= 1000000 AND claimed_rank = floor(claimed_rank),
       toUInt32(claimed_rank), 0) AS rank
FROM (
    SELECT
        *,
        JSONExtract(
            events,
            'Array(Tuple(String, Nullable(UInt64), Float64, String, Nullable(Float64), String, String))') AS unpacked
    FROM inbox
)
ARRAY JOIN unpacked AS event, arrayEnumerate(unpacked) AS number;
