-- The events are in their new order: inserts are unpacked again.
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
