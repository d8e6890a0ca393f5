-- What the rollup track_length_day says.
SELECT project, day, asset_id AS asset, duration AS length, sum(events) AS n
FROM audioscape.track_length_day
GROUP BY ALL
