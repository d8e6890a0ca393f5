-- What the rollup project_hour must say: the same columns, made of the events.
SELECT
    project, day, intDiv(toUInt32(timestamp), 3600) * 3600 AS second, count() AS n, countIf(type = 'play') AS play,
    countIf(type = 'stop') AS stop, countIf(type = 'skip') AS skip, countIf(value = 'up') AS up,
    countIf(value = 'down') AS down, countIf(type = 'favorite') AS favorite, countIf(type = 'unfavorite') AS unfavorite,
    countIf(type = 'add_to_queue') AS queue, countIf(type = 'search_click') AS click,
    countIf(type = 'stop' AND completed = 1) AS full,
    round(sumIf(ifNull(duration, 0), type IN ('stop', 'skip'))) AS listened,
    uniqExactIf(bitShiftRight(sipHash64(player_id), 41), type IN ('play', 'stop', 'skip') AND player_id != '') AS seen
FROM audioscape.events
GROUP BY ALL
