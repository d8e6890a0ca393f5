-- Judge the stops of these days, of the tracks that have yet to be judged, by the lengths of their tracks. The verdict does
-- not rest on the one before: a statement that was cut short may be done beside the next one, in one pass over a part.
ALTER TABLE events
UPDATE completed = (spool, row, position) IN (
    SELECT spool, row, position
    FROM events
    INNER JOIN (SELECT project, asset_id, length FROM known_length FINAL WHERE judged = 0) AS known
        ON events.project = known.project AND ifNull(events.asset_id, 0) = known.asset_id
    WHERE day IN {days:Array(Date)} AND type = 'stop' AND isNotNull(events.asset_id) AND duration >= 0.9 * length)
WHERE (SELECT 1 + max(raised) FROM fence) = {token:UInt64}
    AND day IN {days:Array(Date)}
    AND type = 'stop'
    AND isNotNull(asset_id)
    AND (project, ifNull(asset_id, 0)) IN (SELECT project, asset_id FROM known_length FINAL WHERE judged = 0)
