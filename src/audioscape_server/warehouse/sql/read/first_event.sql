-- When the first event of a project was, in Unix seconds: not by the hour, as days begin within hours in many zones. No row
-- where it has none. The first day by the rollup, as nothing but the events of one day are to be read; where none of them
-- is there any more and the rollup is yet to be told, its start.
WITH (SELECT min(day) FROM project_day WHERE project = {project:String} HAVING count() > 0) AS first_day
SELECT ifNull(minOrNull(timestamp), toUnixTimestamp(toDateTime(assumeNotNull(first_day), 'UTC'))) AS first
FROM events
WHERE project = {project:String} AND day = first_day
HAVING isNotNull(first_day)
