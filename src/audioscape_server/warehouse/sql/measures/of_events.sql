-- The measures of some events, under the names that the rollups give them.
count() AS events,
countIf(type = 'play') AS plays,
countIf(type = 'stop') AS stops,
countIf(type = 'skip') AS skips,
sum(completed) AS completed,
countIf(type = 'vote' AND value = 'up') AS up_votes,
countIf(type = 'vote' AND value = 'down') AS down_votes,
countIf(type = 'favorite') AS favorites,
countIf(type = 'unfavorite') AS unfavorites,
countIf(type = 'add_to_queue') AS queue_adds,
countIf(type = 'search_click') AS search_clicks,
sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')) AS listened_micros
