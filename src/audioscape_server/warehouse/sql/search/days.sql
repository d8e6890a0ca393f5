-- The days of a project with clicks in searches, from a day on. `print` is another number when the events of a day have
-- changed of which its clicks are gathered: clicks, plays and ends of that day, and those of the next day's first hour,
-- and lists that were served.
WITH lists AS (
    SELECT day, sum(events) AS served
    FROM custom_day
    WHERE project = {project:String} AND type = 'search_served' AND day >= {since:Date}
    GROUP BY day
), next_hour AS (
    SELECT toDate(day - 1) AS day, sum(plays) AS plays, sum(stops) AS stops, sum(skips) AS skips, sum(listened_micros) AS micros
    FROM project_hour
    WHERE project = {project:String} AND day > {since:Date} AND toHour(hour, 'UTC') = 0
    GROUP BY day
)
SELECT
    day,
    sum(search_clicks) AS clicks,
    sum(events) AS events,
    sipHash64(
        {definition:UInt32}, sum(project_day.search_clicks), sum(project_day.plays), sum(project_day.stops),
        sum(project_day.skips), sum(project_day.listened_micros),
        any(next_hour.plays), any(next_hour.stops), any(next_hour.skips), any(next_hour.micros), any(lists.served)) AS print
FROM project_day
LEFT JOIN next_hour USING (day)
LEFT JOIN lists USING (day)
WHERE project = {project:String} AND day >= {since:Date}
GROUP BY day
HAVING clicks > 0
ORDER BY day
SETTINGS max_threads = 1
