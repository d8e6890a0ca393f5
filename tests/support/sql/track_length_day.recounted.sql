-- What the rollup track_length_day must say: the same columns, made of the events.
SELECT project, day, assumeNotNull(asset_id) AS asset, assumeNotNull(duration) AS length, count() AS n
FROM audioscape.events
WHERE type = 'play' AND duration IS NOT NULL
GROUP BY ALL
