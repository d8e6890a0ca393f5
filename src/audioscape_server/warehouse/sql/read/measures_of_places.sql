-- The measures of some places of universes in a period: of those on one page of a list.
-- whole: whether the places of a universe are one row, with 0 for the place.
-- Whole days come from the rollup, the rest from the events (see activity_of_project.sql).
WITH
    part AS (
        {% if some_days %}
        SELECT
            universe, place,
            {% include "measures/columns" %}
        FROM place_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            AND universe IN {page_universes:Array(UInt64)}
            AND (
                {whole:UInt8}
                OR has(arrayZip({page_universes:Array(UInt64)}, {page_places:Array(UInt64)}), (universe, place)))
            {% include "filters/places" %}
            {% include "filters/keys" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            universe, place,
            {% include "measures/of_events" %},
            {% include "measures/listeners_of_events" %}
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND universe IN {page_universes:Array(UInt64)}
            AND (
                {whole:UInt8}
                OR has(arrayZip({page_universes:Array(UInt64)}, {page_places:Array(UInt64)}), (universe, place)))
            {% include "filters/all" %}
        GROUP BY universe, place
        {% endif %}
    )
SELECT
    universe AS universe_id,
    if({whole:UInt8}, toUInt64(0), place) AS place_id,
    {% include "measures/sums" %},
    arrayUniq(groupArrayArray(part.listeners)) AS listeners
FROM part
GROUP BY universe, place_id
