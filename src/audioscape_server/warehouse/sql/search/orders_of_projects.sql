-- When the last order of each project was written down, Unix seconds.
SELECT project, max(at) AS last FROM search_orders GROUP BY project
