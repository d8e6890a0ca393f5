-- Judge the other way the stops of these days that the lengths of their tracks judge otherwise.
ALTER TABLE events
UPDATE completed = 1 - completed
WHERE day IN {days:Array(Date)}
    AND type = 'stop'
    AND (spool, row, position) IN (
        SELECT spool, row, position
        FROM events
        INNER JOIN (SELECT project, asset_id, length FROM known_length FINAL WHERE judged = 0) AS known
            ON events.project = known.project AND ifNull(events.asset_id, 0) = known.asset_id
        WHERE day IN {days:Array(Date)}
            AND type = 'stop'
            AND isNotNull(asset_id)
            AND completed != ifNull(duration >= 0.9 * length, 0))
