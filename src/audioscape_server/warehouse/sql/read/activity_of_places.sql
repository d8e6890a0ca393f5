-- The measures of a period, of the one before, and of each bucket of time, for some universes, places and API keys; an
-- empty list means all of them. Distinct listeners are exact. What is bound: see activity_of_project.sql.
--
-- Whole days come from the rollup, the rest from the events. The rollup knows neither hours nor assets: cut days are
-- read by the event, and who asks for assets passes no whole days.
WITH
    part AS (
        {% if some_days %}
        SELECT
            toUnixTimestamp(toDateTime(day, 'UTC')) AS second,
            second < {since:Float64} AS is_before,
            {% include "measures/columns" %}
        FROM place_day
        WHERE project = {project:String}
            {% include "periods/days_of_both" %}
            {% include "filters/places" %}
            {% include "filters/keys" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            {% include "measures/second_of_event" %},
            {% include "measures/of_events" %},
            {% include "measures/listeners_of_events" %}
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest_of_both" %}
            {% include "filters/all" %}
        GROUP BY second, is_before
        {% endif %}
    )
SELECT
    bucket,
    {% include "measures/sums" %},
    arrayUniq(groupArrayArray(part.listeners)) AS listeners
{% include "measures/buckets" %}
