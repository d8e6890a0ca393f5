-- What the questions need beside schema.sql, made after the history is in: the length of each track, by which stops
-- count as completed, and an index for each way in which a dashboard asks.
CREATE MATERIALIZED VIEW track_length AS
SELECT asset_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY duration) AS length
FROM events
WHERE type = 'play' AND duration IS NOT NULL AND asset_id IS NOT NULL
GROUP BY asset_id;
CREATE UNIQUE INDEX track_length_of_track ON track_length (asset_id);
CREATE INDEX events_of_universe ON events (universe_id, timestamp);
CREATE INDEX events_of_player ON events (player_id, timestamp);
CREATE INDEX search_clicks ON events (timestamp) WHERE type = 'search_click';
