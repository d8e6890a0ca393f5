-- The measures of several parts together, but for their listeners.
sum(part.events) AS events,
sum(part.plays) AS plays,
sum(part.stops) AS stops,
sum(part.skips) AS skips,
sum(part.completed) AS completed,
sum(part.up_votes) AS up_votes,
sum(part.down_votes) AS down_votes,
sum(part.favorites) AS favorites,
sum(part.unfavorites) AS unfavorites,
sum(part.queue_adds) AS queue_adds,
sum(part.search_clicks) AS search_clicks,
sum(part.listened_micros) AS listened_micros
