-- The clicks with which funnels begin, by group: the 20 largest. A group of queries is called as it was most often typed.
-- Clicks without a player lead into no funnel; `unnamed` counts those of all groups.
-- Whole days come from the rollup, the rest from the events. The rollup knows neither universes nor places: who asks for
-- some of them, or by universe, passes no whole days.
WITH
    part AS (
        {% if some_days %}
        SELECT {% include "measures/funnel_group" %} AS label, query AS typed, toUInt64(events - unnamed) AS n, players, unnamed AS nobody
        FROM search_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            {% include "filters/keys" %}
            {% include "filters/assets" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            {% include "measures/funnel_group" %} AS label,
            query AS typed,
            countIf(player_id != '') AS n,
            groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '') AS players,
            countIf(player_id = '') AS nobody
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND type = 'search_click'
            {% include "filters/all" %}
        GROUP BY label, typed
        {% endif %}
    ),
    spelling AS (
        SELECT label, typed, sum(n) AS n_typed, groupArrayArray(players) AS seen, sum(nobody) AS of_nobody
        FROM part
        GROUP BY label, typed
    )
SELECT
    label,
    argMin(typed, (-toInt64(n_typed), typed)) AS name,
    sum(n_typed) AS clicks,
    sum(sum(of_nobody)) OVER () AS unnamed
FROM spelling
GROUP BY label
ORDER BY if({by_player:UInt8}, arrayUniq(groupArrayArray(seen)), clicks) DESC, toUInt64OrZero(label) ASC, label ASC
LIMIT 20
