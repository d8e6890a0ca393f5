-- The measures of groups of assets in a period, sorted by one of them, one page; `total` counts all groups.
--
-- asset_group comes with the question: the number of each asset's group. An asset that is not in it is of number 0.
-- measure: the sum, or what the rate is of. is_rate: whether to divide by the number of stops and skips.
-- A listener of several assets of a group counts once, so there are as many merged sets as groups: uniqExactArray keeps
-- each listener once while it merges, where a list of all would grow with the days.
-- Whole days come from the rollup, the rest from the events; it does not know where an event came from.
WITH
    part AS (
        {% if some_days %}
        SELECT
            asset_id AS asset,
            {% include "measures/columns" %}
        FROM track_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            {% include "filters/assets" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            assumeNotNull(asset_id) AS asset,
            {% include "measures/of_events" %},
            {% include "measures/listeners_of_events" %}
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND isNotNull(asset_id)
            {% include "filters/all" %}
        GROUP BY asset
        {% endif %}
    ),
    summed AS (
        SELECT
            asset_group.number AS number,
            uniqExact(part.asset) AS tracks,
            {% include "measures/sums" %},
            uniqExactArray(part.listeners) AS listeners
        FROM part
        LEFT ANY JOIN asset_group ON asset_group.asset = part.asset
        GROUP BY number
    )
SELECT
    *,
    count() OVER () AS total,
    toFloat64({measure:Identifier}) AS amount,
    if({is_rate:UInt8}, if(stops + skips = 0, NULL, amount / (stops + skips)), amount) AS sorted_by
FROM summed
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC NULLS LAST, number = 0 ASC, number ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
