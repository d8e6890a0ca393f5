-- What the rollup track_day must say: the same columns, made of the events.
SELECT
    project, day, assumeNotNull(asset_id) AS asset, count() AS n, countIf(type = 'play') AS play,
    countIf(type = 'stop') AS stop, countIf(type = 'skip') AS skip, countIf(value = 'up') AS up,
    countIf(value = 'down') AS down, countIf(type = 'favorite') AS favorite, countIf(type = 'unfavorite') AS unfavorite,
    countIf(type = 'add_to_queue') AS queue, countIf(type = 'search_click') AS click,
    countIf(type = 'stop' AND completed = 1) AS full,
    round(sumIf(ifNull(duration, 0), type IN ('stop', 'skip'))) AS listened,
    uniqExactIf(player_id, type IN ('play', 'stop', 'skip') AND player_id != '') AS seen,
    sumIf(least(floor(ifNull(duration, 0)), 3601), type = 'stop') AS stopped, sumIf(least(floor(ifNull(duration, 0)), 3601), type = 'skip') AS skipped
FROM audioscape.events
WHERE asset_id IS NOT NULL
GROUP BY ALL
