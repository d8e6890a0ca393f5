-- The highest number of a snapshot, published or not: the next one must be higher, whoever makes it.
SELECT max(snapshot) AS snapshot
FROM (
    SELECT max(snapshot) AS snapshot FROM search_model
    UNION ALL
    SELECT max(snapshot) FROM search_clicks
)
SETTINGS max_threads = 1
