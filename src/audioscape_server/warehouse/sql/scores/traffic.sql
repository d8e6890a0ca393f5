-- The keys of a project, or of one universe of it (0 = all), and how many events each sent: in the whole window, and from
-- 28 days to 3 days ago. An attack of today does not raise its own allowance.
SELECT
    key,
    sum(events) AS events,
    sumIf(place_day.events, day <= {today:Date} - 3 AND day >= {today:Date} - 28) AS earlier
FROM place_day
WHERE project = {project:String} AND ({universe:UInt64} = 0 OR universe = {universe:UInt64})
GROUP BY key
ORDER BY key
