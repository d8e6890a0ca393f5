-- What the rollup search_day says.
SELECT project, day, query AS typed, asset_id AS asset, rank AS at_rank, sum(events) AS n
FROM audioscape.search_day
GROUP BY ALL
