-- The measures of a rollup.
events, plays, stops, skips, completed, up_votes, down_votes, favorites, unfavorites, queue_adds, search_clicks,
listened_micros, listeners
