-- Every UTC day that has events or that a rollup says so of: the days over which the rollups are checked.
SELECT day FROM events
UNION DISTINCT SELECT day FROM project_hour
UNION DISTINCT SELECT day FROM project_day
UNION DISTINCT SELECT day FROM place_day
UNION DISTINCT SELECT day FROM track_day
UNION DISTINCT SELECT day FROM search_day
UNION DISTINCT SELECT day FROM custom_day
UNION DISTINCT SELECT day FROM track_length_day
ORDER BY day
