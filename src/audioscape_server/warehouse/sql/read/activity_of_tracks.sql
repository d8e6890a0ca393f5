-- The measures of a period, of the one before, and of each bucket of time, for some assets. Distinct listeners are
-- exact. What is bound: see activity_of_project.sql.
-- with_ends: whether to tell of the period how many stops and skips came in each second of listening; those past 3,600
-- share the next one.
--
-- Whole days come from the rollup, the rest from the events. The rollup knows neither hours nor where an event came
-- from: cut days are read by the event, and who asks for some universes, places or API keys passes no whole days.
WITH
    part AS (
        {% if some_days %}
        SELECT
            toUnixTimestamp(toDateTime(day, 'UTC')) AS second,
            second < {since:Float64} AS is_before,
            {% if with_ends %}stopped_at, skipped_at,{% endif %}
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
            {% if with_ends %}
            sumMapIf(
                map(toUInt16(least(floor(assumeNotNull(duration)), 3601)), toUInt64(1)) AS one_end,
                type = 'stop' AND isNotNull(duration)) AS stopped_at,
            sumMapIf(one_end, type = 'skip' AND isNotNull(duration)) AS skipped_at,
            {% endif %}
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
    {% if with_ends %}
    sumMapIf(part.stopped_at, bucket = 'period') AS stopped_at,
    sumMapIf(part.skipped_at, bucket = 'period') AS skipped_at,
    {% endif %}
    {% include "measures/sums" %},
    arrayUniq(groupArrayArray(part.listeners)) AS listeners
{% include "measures/buckets" %}
