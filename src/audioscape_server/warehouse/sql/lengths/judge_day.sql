-- Judge every stop of a day by the length of its track.
ALTER TABLE events
UPDATE completed = (spool, row, position) IN (
    SELECT spool, row, position
    FROM events
    INNER JOIN (SELECT project, asset_id, length FROM known_length FINAL) AS known
        ON events.project = known.project AND ifNull(events.asset_id, 0) = known.asset_id
    WHERE day = {day:Date} AND type = 'stop' AND isNotNull(events.asset_id) AND duration >= 0.9 * length)
WHERE day = {day:Date} AND type = 'stop'
