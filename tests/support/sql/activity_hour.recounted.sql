-- What the rollup activity_hour must say: the same columns, made of the events.
SELECT
    project, day, intDiv(toUInt32(timestamp), 3600) * 3600 AS second, universe, place,
    if(type IN ('play', 'stop', 'skip', 'vote', 'favorite', 'unfavorite', 'add_to_queue', 'search_click'), type, 'custom') AS kind,
    count() AS n,
    round(sumIf(ifNull(duration, 0), type IN ('stop', 'skip'))) AS listened,
    countIf(value = 'up') AS up, countIf(value = 'down') AS down,
    uniqExactIf(player_id, player_id != '') AS seen
FROM audioscape.events
GROUP BY ALL
