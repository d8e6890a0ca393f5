-- What the rollup asset_day says.
SELECT
    project, day, asset_id AS asset, universe, sum(events) AS n, sum(plays) AS play, sum(stops) AS stop,
    sum(skips) AS skip, sum(up_votes) AS up, sum(down_votes) AS down, sum(favorites) AS favorite,
    sum(unfavorites) AS unfavorite, sum(queue_adds) AS queue, sum(search_clicks) AS click,
    round(sumKahanMerge(listened_seconds)) AS listened, uniqExactMerge(listeners) AS seen
FROM audioscape.asset_day
GROUP BY ALL
