-- The assets with an event in a period, sorted by a sum or by a rate, one page; `total` counts all of them.
--
-- measure: the sum, or what the rate is of. is_rate: whether to divide by the number of stops and skips.
-- early: the second of listening before which a skip is early.
-- Whole days come from the rollup, the rest from the events; it does not know where an event came from.
WITH
    part AS (
        {% if some_days %}
        SELECT asset_id AS asset, {measure:Identifier} AS amount, stops + skips AS ends
        FROM (
            SELECT *, arraySum(mapValues(mapFilter((second, n) -> second < {early:UInt16}, skipped_at))) AS early_skips
            FROM track_day
            WHERE project = {project:String} AND day >= {days_from:Date} AND day < {days_to:Date}
                {% include "filters/assets" %}
        )
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT asset, {measure:Identifier} AS amount, stops + skips AS ends
        FROM (
            SELECT
                assumeNotNull(asset_id) AS asset,
                countIf(type = 'skip' AND duration < {early:UInt16}) AS early_skips,
                {% include "measures/of_events" %}
            FROM events
            WHERE project = {project:String}
                {% include "periods/rest" %}
                AND isNotNull(asset_id)
                {% include "filters/all" %}
            GROUP BY asset
        )
        {% endif %}
    )
SELECT
    asset AS asset_id,
    count() OVER () AS total,
    toFloat64(sum(amount)) AS summed,
    if({is_rate:UInt8}, if(sum(ends) = 0, NULL, summed / sum(ends)), summed) AS sorted_by
FROM part
GROUP BY asset
ORDER BY if({descending:UInt8} = 1, -sorted_by, sorted_by) ASC NULLS LAST, asset ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
