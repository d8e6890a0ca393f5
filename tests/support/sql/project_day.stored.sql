-- What the rollup project_day says.
SELECT
    project, day, sum(events) AS n, sum(plays) AS play, sum(stops) AS stop,
    sum(skips) AS skip, sum(up_votes) AS up, sum(down_votes) AS down, sum(favorites) AS favorite,
    sum(unfavorites) AS unfavorite, sum(queue_adds) AS queue, sum(search_clicks) AS click, sum(completed) AS full,
    round(sum(listened_micros) / 1000000) AS listened,
    groupBitmapMerge(listeners) AS seen
FROM audioscape.project_day
GROUP BY ALL
