-- The plays of some assets in each bucket of a period; no row where there is none.
-- starts: of each bucket, in Unix seconds. What else is bound: see activity_of_tracks.sql, which also tells what is read
-- from the rollup.
WITH
    part AS (
        {% if some_days %}
        SELECT asset_id AS asset, toUnixTimestamp(toDateTime(day, 'UTC')) AS second, plays AS n
        FROM track_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            {% if cut_days %}AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}{% endif %}
            AND asset_id IN {assets:Array(UInt64)}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT assumeNotNull(asset_id) AS asset, roundDown(toUInt32(timestamp), {starts:Array(UInt32)}) AS second, count() AS n
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND type = 'play'
            AND asset_id IN {assets:Array(UInt64)}
            {% include "filters/places" %}
            {% include "filters/keys" %}
        GROUP BY asset, second
        {% endif %}
    )
SELECT asset AS asset_id, roundDown(second, {starts:Array(UInt32)}) AS start, sum(n) AS plays
FROM part
GROUP BY asset_id, start
HAVING plays > 0
