-- For each API key of a project: how many events it sent since a moment, and where its newest one came from. An event may
-- be a week old when it comes (and a clock a little ahead), so the days before are read as well.
SELECT
    key,
    countIf(received_at >= {since:Float64}) AS events,
    argMaxIf(universe, received_at, universe != 0) AS last_universe
FROM events
WHERE project = {project:String} AND day >= toDate(toDateTime({since:Float64}, 'UTC')) - 8
GROUP BY key
