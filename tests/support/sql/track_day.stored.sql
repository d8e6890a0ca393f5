-- What the rollup track_day says.
SELECT
    project, day, asset_id AS asset, sum(events) AS n, sum(plays) AS play, sum(stops) AS stop,
    sum(skips) AS skip, sum(up_votes) AS up, sum(down_votes) AS down, sum(favorites) AS favorite,
    sum(unfavorites) AS unfavorite, sum(queue_adds) AS queue, sum(search_clicks) AS click, sum(completed) AS full,
    round(sum(listened_micros) / 1000000) AS listened,
    uniqExactArray(listeners) AS seen,
    sum(arraySum((second, times) -> second * times, mapKeys(stopped_at), mapValues(stopped_at))) AS stopped,
    sum(arraySum((second, times) -> second * times, mapKeys(skipped_at), mapValues(skipped_at))) AS skipped
FROM audioscape.track_day
GROUP BY ALL
