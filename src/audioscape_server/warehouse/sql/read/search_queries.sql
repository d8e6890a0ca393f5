-- The searches that led to clicks, most clicked first, each with the spellings that were typed most often and the
-- clicks of each, and shown as the first of them; `total` counts the searches.
-- Whole days come from the rollup, the rest from the events (see activity_of_project.sql). The rollup knows neither the
-- universe nor the place: who asks for some of them passes no whole days.
--
-- sought: a text that they hold, empty for any. It is folded as they are, but for what is around it.
WITH
    replaceRegexpAll(lowerUTF8(normalizeUTF8NFKC({sought:String})), '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ') AS text,
    part AS (
        {% if some_days %}
        SELECT folded_query, query, asset_id AS asset, rank, events AS n, players AS seen
        FROM search_day
        WHERE project = {project:String}
            AND folded_query != ''
            {% if sought %}AND position(folded_query, text) > 0{% endif %}
            AND day >= {days_from:Date} AND day < {days_to:Date}
            {% include "filters/keys" %}
            {% include "filters/assets" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            folded_query, query, ifNull(asset_id, 0) AS asset, rank, count() AS n,
            groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '') AS seen
        FROM events
        WHERE project = {project:String}
            {% include "periods/rest" %}
            AND type = 'search_click'
            AND folded_query != ''
            {% if sought %}AND position(folded_query, text) > 0{% endif %}
            {% include "filters/all" %}
        GROUP BY folded_query, query, asset_id, rank
        {% endif %}
    ),
    spelling AS (
        SELECT
            folded_query AS folded, query AS typed, sum(n) AS n_typed, sumIf(n, rank > 0) AS n_ranked,
            sumIf(n * rank, rank > 0) AS rank_sum, groupArrayArray(seen) AS seen_here, groupUniqArray(asset) AS assets
        FROM part
        GROUP BY folded, typed
    )
SELECT
    folded,
    arrayMap(one -> (one.2, -one.1), groupArraySorted(10)((-toInt64(n_typed), typed))) AS spellings,
    spellings[1].1 AS query,
    count() AS spelling_count,
    sum(n_typed) AS clicks,
    arrayUniq(groupArrayArray(seen_here)) AS players,
    if(sum(n_ranked) = 0, NULL, sum(rank_sum) / sum(n_ranked)) AS mean_rank,
    length(groupUniqArrayArray(assets)) AS tracks,
    count() OVER () AS total
FROM spelling
GROUP BY folded
ORDER BY clicks DESC, folded ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
