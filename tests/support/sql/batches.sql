-- The stored events of each batch of a load, and how many different ones.
SELECT intDiv(id, {size}) AS batch, count() AS events, uniqExact(id) AS ids
FROM (SELECT JSONExtractUInt(metadata, 'id') AS id FROM audioscape.events WHERE project = 'default')
GROUP BY batch
