-- What the rollup search_day must say: the same columns, made of the events.
SELECT
    project, day, JSONExtractString(metadata, 'query') AS typed, assumeNotNull(asset_id) AS asset,
    JSONExtractUInt(metadata, 'rank') AS at_rank, count() AS n
FROM audioscape.events
WHERE type = 'search_click'
GROUP BY ALL
