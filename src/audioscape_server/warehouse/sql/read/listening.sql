-- How many stops and skips of an asset came in each second of listening; those past 3,600 share the next one.
-- Whole days come from the rollup, the rest from the events (see activity_of_tracks.sql).
SELECT second, sum(n_stop) AS stops, sum(n_skip) AS skips
FROM (
    {% if some_days %}
    SELECT at.1 AS second, at.2 AS n_stop, 0 AS n_skip
    FROM track_day
    ARRAY JOIN CAST(stopped_at, 'Array(Tuple(UInt16, UInt64))') AS at
    WHERE project = {project:String}
        AND asset_id = {asset_id:UInt64}
        AND day >= {days_from:Date} AND day < {days_to:Date}
    UNION ALL
    SELECT at.1, 0, at.2
    FROM track_day
    ARRAY JOIN CAST(skipped_at, 'Array(Tuple(UInt16, UInt64))') AS at
    WHERE project = {project:String}
        AND asset_id = {asset_id:UInt64}
        AND day >= {days_from:Date} AND day < {days_to:Date}
    {% endif %}
    {% if some_days and not whole_days %}UNION ALL{% endif %}
    {% if not whole_days %}
    SELECT
        toUInt16(least(floor(assumeNotNull(duration)), 3601)) AS second,
        countIf(type = 'stop') AS n_stop,
        countIf(type = 'skip') AS n_skip
    FROM events
    WHERE project = {project:String}
        AND asset_id = {asset_id:UInt64}
        AND type IN ('stop', 'skip')
        AND isNotNull(duration)
        {% include "periods/rest" %}
        {% include "filters/places" %}
        {% include "filters/keys" %}
    GROUP BY second
    {% endif %}
)
GROUP BY second
ORDER BY second
