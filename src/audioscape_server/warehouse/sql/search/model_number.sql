-- The number of the newest model of a project, 0 where there is none.
SELECT max(snapshot) AS snapshot FROM search_model WHERE project = {project:String}
