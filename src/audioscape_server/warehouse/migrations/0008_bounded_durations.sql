-- Durations have a bound and all white space of queries folds: from now on, and in what is stored already.
--
-- A duration over 34,560,000 s (400 days) was accepted once. Two of 1e308 make every sum that they are part of infinite,
-- so such a duration counts as not set. The white space of RE2's \s lacks some that Unicode has: U+000B, U+0085, and the
-- separators U+001C to U+001F.
--
-- What is stored is mended in place: the events first, then the rollups of the days on which an event was mended are
-- made anew by the definitions of their views. Cut short, it runs again from the start: the days are kept until the end.

ALTER TABLE unpack MODIFY QUERY
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
    if(event.5 > 34560000, NULL, event.5) AS duration,
    event.6 AS value,
    event.7 AS metadata,
    if(has_query, substringUTF8(JSONExtractString(metadata, 'query'), 1, 256), '') AS query,
    substringUTF8(trimBoth(replaceRegexpAll(
        lowerUTF8(normalizeUTF8NFKC(query)), '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ')), 1, 256) AS folded_query,
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

CREATE TABLE IF NOT EXISTS mended_days (day Date)
ENGINE = MergeTree ORDER BY day
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

INSERT INTO mended_days
SELECT DISTINCT day FROM events
WHERE duration > 34560000
    OR (query != '' AND folded_query != substringUTF8(trimBoth(replaceRegexpAll(
        lowerUTF8(normalizeUTF8NFKC(query)), '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ')), 1, 256));

ALTER TABLE events UPDATE duration = NULL WHERE duration > 34560000 SETTINGS mutations_sync = 2;

ALTER TABLE events
UPDATE folded_query = substringUTF8(trimBoth(replaceRegexpAll(
    lowerUTF8(normalizeUTF8NFKC(query)), '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ')), 1, 256)
WHERE query != '' AND day IN (SELECT day FROM mended_days)
SETTINGS mutations_sync = 2;

ALTER TABLE track_length_day DELETE WHERE duration > 34560000 SETTINGS mutations_sync = 2;

ALTER TABLE activity_hour DELETE WHERE day IN (SELECT day FROM mended_days) SETTINGS mutations_sync = 2;

INSERT INTO activity_hour
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
WHERE day IN (SELECT day FROM mended_days)
GROUP BY project, day, hour, universe, place, type
SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 0;

ALTER TABLE asset_day DELETE WHERE day IN (SELECT day FROM mended_days) SETTINGS mutations_sync = 2;

INSERT INTO asset_day
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
WHERE isNotNull(events.asset_id) AND day IN (SELECT day FROM mended_days)
GROUP BY project, day, asset_id, key, universe
SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 0;

ALTER TABLE search_day DELETE WHERE day IN (SELECT day FROM mended_days) SETTINGS mutations_sync = 2;

INSERT INTO search_day
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
WHERE type = 'search_click' AND day IN (SELECT day FROM mended_days)
GROUP BY project, day, folded_query, query, asset_id, rank, key
SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 0;

DROP TABLE IF EXISTS mended_days SYNC;
