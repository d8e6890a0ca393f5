-- What is stored at each position of the batches of each template.
SELECT
    intDiv(id, {size}) % {templates} AS template, id % {size} AS position,
    type, asset_id, player_id, duration, value, universe,
    JSONExtractString(metadata, 'query') AS typed, JSONExtractUInt(metadata, 'rank') AS at_rank,
    min(timestamp) AS earliest, max(timestamp) AS latest, count() AS events
FROM (SELECT *, JSONExtractUInt(metadata, 'id') AS id FROM audioscape.events WHERE project = 'default')
GROUP BY ALL
