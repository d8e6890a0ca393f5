-- The places of universes with an event in a period, sorted by distinct listeners, one page; `total` counts all of
-- them.
-- whole: whether the places of a universe are one row, with 0 for the place.
-- Whole days come from the rollup, the rest from the events; it does not know assets.
WITH
    part AS (
        {% if some_days %}
        SELECT universe, place, listeners
        FROM place_day
        WHERE project = {project:String} AND day >= {days_from:Date} AND day < {days_to:Date}
            {% include "filters/places" %}
            {% include "filters/keys" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            universe, place,
            {% include "measures/listeners_of_events" %}
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            {% include "filters/all" %}
        GROUP BY universe, place
        {% endif %}
    )
SELECT
    universe AS universe_id,
    if({whole:UInt8}, toUInt64(0), place) AS place_id,
    count() OVER () AS total,
    toInt64(arrayUniq(groupArrayArray(listeners))) AS sorted_by
FROM part
GROUP BY universe, place_id
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC, universe ASC, place_id ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
