-- The measures of a period, of the one before, and of each bucket of time, for some assets. Distinct listeners are
-- exact. What is bound: see activity_of_project.sql.
--
-- Whole days come from the rollup, the rest from the events. The rollup knows neither hours nor where an event came
-- from: cut days are read by the event, and who asks for some universes, places or API keys passes no whole days.
WITH
    part AS (
        {% if some_days %}
        SELECT
            toUnixTimestamp(toDateTime(day, 'UTC')) AS second,
            second < {since:Float64} AS is_before,
            {% include "measures/columns" %}
        FROM track_day
        WHERE project = {project:String}
            {% include "periods/days_of_both" %}
            AND asset_id IN {assets:Array(UInt64)}
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
            AND asset_id IN {assets:Array(UInt64)}
            {% include "filters/places" %}
            {% include "filters/keys" %}
        GROUP BY second, is_before
        {% endif %}
    )
SELECT
    bucket,
    {% include "measures/sums" %},
    arrayUniq(groupArrayArray(part.listeners)) AS listeners
{% include "measures/buckets" %}
