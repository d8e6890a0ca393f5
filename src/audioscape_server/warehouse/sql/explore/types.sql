-- The types of events in a period, the most frequent first: how many, of how many players, and between which times.
SELECT
    type,
    count() AS events,
    uniqExactIf(sipHash64(player_id), player_id != '') AS players,
    min(timestamp) AS first_at,
    max(timestamp) AS last_at,
    count() OVER () AS total
FROM events
WHERE project = {project:String}
    {% include "periods/events" %}
    {% include "filters/all" %}
GROUP BY type
ORDER BY events DESC, type ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
