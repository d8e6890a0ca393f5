-- How many events each project has: when that has changed, its scores may have changed.
SELECT project, sum(events) AS events FROM project_day GROUP BY project ORDER BY project
