-- The plays of some places of universes in each bucket of a period: of those on one page of a list; no row where there is
-- none.
-- starts: of each bucket, in Unix seconds. What else is bound: see measures_of_places.sql, and activity_of_places.sql,
-- which also tells what is read from the rollup.
WITH
    part AS (
        {% if some_days %}
        SELECT universe, place, toUnixTimestamp(toDateTime(day, 'UTC')) AS second, plays AS n
        FROM place_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            {% if cut_days %}AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}{% endif %}
            AND universe IN {page_universes:Array(UInt64)}
            AND (
                {whole:UInt8}
                OR has(arrayZip({page_universes:Array(UInt64)}, {page_places:Array(UInt64)}), (universe, place)))
            {% include "filters/places" %}
            {% include "filters/keys" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT universe, place, roundDown(toUInt32(timestamp), {starts:Array(UInt32)}) AS second, count() AS n
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND type = 'play'
            AND universe IN {page_universes:Array(UInt64)}
            AND (
                {whole:UInt8}
                OR has(arrayZip({page_universes:Array(UInt64)}, {page_places:Array(UInt64)}), (universe, place)))
            {% include "filters/all" %}
        GROUP BY universe, place, second
        {% endif %}
    )
SELECT
    universe AS universe_id,
    if({whole:UInt8}, toUInt64(0), place) AS place_id,
    roundDown(second, {starts:Array(UInt32)}) AS start,
    sum(n) AS plays
FROM part
GROUP BY universe_id, place_id, start
HAVING plays > 0
