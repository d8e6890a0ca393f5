-- The assets with an event in a period, ascending, from one on; so many at most.
-- Whole days come from the rollup, the rest from the events; it does not know where an event came from.
SELECT groupArray(asset) AS assets
FROM (
    SELECT asset
    FROM (
        {% if some_days %}
        SELECT asset_id AS asset
        FROM track_day
        WHERE project = {project:String} AND day >= {days_from:Date} AND day < {days_to:Date}
            AND asset_id >= {first:UInt64}
            {% include "filters/assets" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT assumeNotNull(asset_id) AS asset
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND asset_id >= {first:UInt64}
            {% include "filters/all" %}
        {% endif %}
    )
    GROUP BY asset
    ORDER BY asset
    LIMIT {limit:UInt32}
)
