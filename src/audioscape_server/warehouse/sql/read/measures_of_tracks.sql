-- The measures of some assets in a period: of those on one page of a list.
-- early: the second of listening before which a skip is early.
-- Whole days come from the rollup, the rest from the events (see activity_of_project.sql).
WITH
    part AS (
        {% if some_days %}
        SELECT
            asset_id AS asset,
            {% include "measures/columns" %},
            arraySum(mapValues(mapFilter((second, n) -> second < {early:UInt16}, skipped_at))) AS early_skips
        FROM track_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            AND asset_id IN {assets:Array(UInt64)}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            assumeNotNull(asset_id) AS asset,
            {% include "measures/of_events" %},
            {% include "measures/listeners_of_events" %},
            countIf(type = 'skip' AND duration < {early:UInt16}) AS early_skips
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND asset_id IN {assets:Array(UInt64)}
            {% include "filters/places" %}
            {% include "filters/keys" %}
        GROUP BY asset
        {% endif %}
    )
SELECT
    asset AS asset_id,
    {% include "measures/sums" %},
    arrayUniq(groupArrayArray(part.listeners)) AS listeners,
    sum(part.early_skips) AS early_skips
FROM part
GROUP BY asset
