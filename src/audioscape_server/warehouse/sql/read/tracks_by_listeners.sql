-- The assets with an event in a period, sorted by distinct listeners, one page; `total` counts all of them.
-- Whole days come from the rollup, the rest from the events; it does not know where an event came from.
WITH
    part AS (
        {% if some_days %}
        SELECT asset_id AS asset, listeners
        FROM track_day
        WHERE project = {project:String} AND day >= {days_from:Date} AND day < {days_to:Date}
            {% include "filters/assets" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            assumeNotNull(asset_id) AS asset,
            {% include "measures/listeners_of_events" %}
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND isNotNull(asset_id)
            {% include "filters/all" %}
        GROUP BY asset
        {% endif %}
    )
SELECT
    asset AS asset_id,
    count() OVER () AS total,
    toInt64(arrayUniq(groupArrayArray(listeners))) AS sorted_by
FROM part
GROUP BY asset
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC, asset ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
