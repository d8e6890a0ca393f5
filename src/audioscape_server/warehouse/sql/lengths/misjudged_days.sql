-- The UTC days with a stop, of a track that has yet to be judged, that the length of the track judges otherwise; and how
-- many stops of such tracks each day has.
SELECT day, count() AS stops
FROM events
INNER JOIN (SELECT project, asset_id, length FROM known_length FINAL WHERE judged = 0) AS known
    ON events.project = known.project AND ifNull(events.asset_id, 0) = known.asset_id
WHERE type = 'stop' AND isNotNull(asset_id)
GROUP BY day
HAVING countIf(completed != ifNull(duration >= 0.9 * length, 0)) > 0
ORDER BY day
