-- The hour of the first event of a project, in Unix seconds. No row where it has none.
SELECT toUnixTimestamp(min(hour)) AS first
FROM project_hour
WHERE project = {project:String}
HAVING count() > 0
