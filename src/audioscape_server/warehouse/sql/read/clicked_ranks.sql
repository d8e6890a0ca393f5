-- How many clicks in searches there were at each rank: 0 = without one, 1 to 10 alone, 11 to 20 and all below put together
-- under the first of them. Clicks without a query count, too.
-- Whole days come from the rollup, the rest from the events (see activity_of_project.sql). The rollup knows neither the
-- universe nor the place: who asks for some of them passes no whole days.
WITH
    part AS (
        {% if some_days %}
        SELECT rank, events AS n
        FROM search_day
        WHERE project = {project:String}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            {% include "filters/keys" %}
            {% include "filters/assets" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT rank, count() AS n
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND type = 'search_click'
            {% include "filters/all" %}
        GROUP BY rank
        {% endif %}
    )
SELECT multiIf(rank <= 10, rank, rank <= 20, 11, 21) AS first, sum(n) AS clicks
FROM part
GROUP BY first
