-- What the rollup custom_day must say: the same columns, made of the events.
SELECT project, day, universe, type AS kind, count() AS n, uniqExactIf(player_id, player_id != '') AS seen
FROM audioscape.events
WHERE type NOT IN ('play', 'stop', 'skip', 'vote', 'favorite', 'unfavorite', 'add_to_queue', 'search_click')
GROUP BY ALL
