-- The measures of a period, of the one before, and of each bucket of time, for all but some assets. Distinct listeners are
-- exact. What is bound: see activity_of_project.sql.
--
-- Whole days come from the rollup of tracks, the rest from the events, as in activity_of_tracks.sql. Events without an asset
-- are custom ones, so they count in `events` alone: how many they are is what the project has more than its tracks.
-- Nearly all of the project's listeners are read, so each is kept once while they are merged.
WITH
    part AS (
        {% if some_days %}
        SELECT
            toUnixTimestamp(toDateTime(day, 'UTC')) AS second,
            second < {since:Float64} AS is_before,
            toInt64(events) AS events,
            plays, stops, skips, completed, up_votes, down_votes, favorites, unfavorites, queue_adds,
            search_clicks, listened_micros, listeners
        FROM track_day
        WHERE project = {project:String}
            {% include "periods/days_of_both" %}
            AND asset_id NOT IN {not_assets:Array(UInt64)}
        UNION ALL
        SELECT
            toUnixTimestamp(toDateTime(day, 'UTC')) AS second, second < {since:Float64} AS is_before, n,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, []
        FROM (
            SELECT day, toInt64(events) AS n
            FROM project_day
            WHERE project = {project:String}
            UNION ALL
            SELECT day, -toInt64(events)
            FROM track_day
            WHERE project = {project:String}
        )
        WHERE (
                day >= {days_from:Date} AND day < {days_to:Date}
                OR day >= {days_before_from:Date} AND day < {days_before_to:Date})
            {% if cut_days %}AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}{% endif %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            second, is_before, toInt64(events) AS events,
            plays, stops, skips, completed, up_votes, down_votes, favorites, unfavorites, queue_adds,
            search_clicks, listened_micros, listeners
        FROM (
            SELECT
                {% include "measures/second_of_event" %},
                {% include "measures/of_events" %},
                {% include "measures/listeners_of_events" %}
            FROM events
            WHERE project = {project:String}
                {% include "periods/rest_of_both" %}
                AND (isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
                {% include "filters/places" %}
                {% include "filters/keys" %}
            GROUP BY second, is_before
        )
        {% endif %}
    )
SELECT
    bucket,
    {% include "measures/sums" %},
    uniqExactArray(part.listeners) AS listeners
{% include "measures/buckets" %}
