-- The newest model of a project, with the snapshots of clicks that count beside it.
SELECT *
FROM search_model
WHERE project = {project:String}
ORDER BY snapshot DESC
LIMIT 1
