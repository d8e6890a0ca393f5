-- The clicks with which funnels begin, by group: the 20 largest. A group of queries is called as it was most often typed.
-- Clicks without a player lead into no funnel; `unnamed` counts those of all groups.
WITH
    spelling AS (
        SELECT
            if({breakdown:String} = 'universe', toString(universe),
            if({breakdown:String} = 'rank', toString(rank),
            if({breakdown:String} = 'query', folded_query, ''))) AS label,
            query AS typed,
            countIf(player_id != '') AS n_typed,
            groupUniqArrayIf(sipHash64(player_id), player_id != '') AS seen,
            countIf(player_id = '') AS nobody
        FROM events
        WHERE project = {project:String}
            {% include "periods/events" %}
            AND type = 'search_click'
            {% include "filters/all" %}
        GROUP BY label, typed
    )
SELECT
    label,
    argMin(typed, (-toInt64(n_typed), typed)) AS name,
    sum(n_typed) AS clicks,
    sum(sum(nobody)) OVER () AS unnamed
FROM spelling
GROUP BY label
ORDER BY if({by_player:UInt8}, arrayUniq(groupArrayArray(seen)), clicks) DESC, toUInt64OrZero(label) ASC, label ASC
LIMIT 20
