-- The search engine's own orders, and the queries for which they do better.
--
-- An order is the last one of a day that a worker wrote down: what `rank` was asked for a query with clicks enough to
-- judge by. It cannot be made again from the events; where it is lost, the next request brings another.

CREATE TABLE IF NOT EXISTS search_orders
(
    project LowCardinality(String),
    query String CODEC(ZSTD(1)) COMMENT 'folded, as in search_clicks',
    day Date,
    at Float64 COMMENT 'Unix seconds',
    assets Array(UInt64) CODEC(ZSTD(1)) COMMENT 'the best first'
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (project, query, day)
TTL day + INTERVAL 120 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 512;

ALTER TABLE search_model ADD COLUMN IF NOT EXISTS stepped_back Array(Tuple(query String, gain Float64, deviation Float64, clicks Float64))
    COMMENT 'queries whose base order did better on later clicks: by how much, and what chance explains';
