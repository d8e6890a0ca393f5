-- The searches that were made, clicked or not, each as it was most often typed: `search` events with a query in their
-- metadata. How often each was made, found nothing, and led a player to a click; `all_` sums up all pages, as `total` does.
--
-- Searches are of the period and the filters; the player's next search for the same, and the click, may be of anywhere.
-- Searches and clicks of a player at one time are one instant, and the searches are first. They are clicked by a click of
-- the same instant, or of the next one if nothing is searched in it and it is within {window:Float64} seconds. So each
-- instant has to know but the next one. Who has no name clicks nothing, and is at one time.
--
-- Where nothing was searched no day is read: the rollup of custom types tells.
--
-- sought: a text that they hold, empty for any, folded as in read/search_queries.sql.
-- only_vain: whether only those are listed that found nothing at some time, those first that did most often.
WITH
    (typed -> substringUTF8(trimBoth(replaceRegexpAll(
        lowerUTF8(normalizeUTF8NFKC(typed)), '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ')), 1, 256)) AS folding,
    replaceRegexpAll(lowerUTF8(normalizeUTF8NFKC({sought:String})), '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ') AS text,
    one AS (
        SELECT
            type = 'search' AS is_search,
            player_id != '' AS has_player,
            sipHash64(player_id) AS player,
            if(has_player, timestamp, 0) AS at,
            is_search AND JSONType(metadata, 'query') = 'String' AS has_query,
            if(has_query, substringUTF8(JSONExtractString(metadata, 'query'), 1, 256), '') AS typed,
            if(is_search, folding(typed), folded_query) AS folded,
            is_search
                AND timestamp < {until:Float64}
                {% include "filters/places" %}
                {% include "filters/keys" %}
                {% if assets %}AND ifNull(asset_id IN {assets:Array(UInt64)}, 0){% endif %}
                {% if not_assets %}AND ifNull(asset_id NOT IN {not_assets:Array(UInt64)}, 1){% endif %}
                AS is_wanted,
            JSONExtractFloat(metadata, 'results') AS results,
            is_wanted AND JSONType(metadata, 'results') IN ('Int64', 'UInt64', 'Double')
                AND results >= 0 AND results = floor(results) AS is_counted
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp <= {until:Float64} + {window:Float64}
            AND day IN (
                SELECT arrayJoin([day, day + 1])
                FROM custom_day
                WHERE project = {project:String}
                    AND type = 'search'
                    AND day >= toDate(toDateTime({since:Float64}, 'UTC'))
                    AND day <= toDate(toDateTime({until:Float64}, 'UTC')))
            AND (type = 'search' OR type = 'search_click' AND player_id != '')
            AND folded != ''
            AND ({sought:String} = '' OR position(folded, text) > 0)
    ),
    instant AS (
        SELECT
            folded, player, has_player, at,
            countIf(is_wanted) AS n,
            countIf(is_counted) AS n_counted,
            countIf(is_counted AND results = 0) AS n_vain,
            sumMapIf([typed], [1::UInt64], is_wanted) AS spelled,
            max(is_search) AS is_searched,
            min(is_search) = 0 AS is_clicked
        FROM one
        GROUP BY folded, player, has_player, at
    ),
    of_player AS (
        SELECT
            folded, has_player,
            sum(n) AS of_n,
            sum(n_counted) AS of_counted,
            sum(n_vain) AS of_vain,
            sumMap(spelled.1, spelled.2) AS of_spelled,
            arraySort(groupArray((at, n, is_searched, is_clicked))) AS instants,
            arrayPushBack(arrayPopFront(instants), (inf, 0, 0, 0)) AS next_ones,
            arraySum((one, next) -> if(
                one.4 OR (next.4 AND NOT next.3 AND next.1 <= one.1 + {window:Float64}), one.2, 0),
                instants, next_ones) AS n_clicked
        FROM instant
        GROUP BY folded, player, has_player
    ),
    made AS (
        SELECT
            folded,
            sum(of_n) AS searches,
            sum(of_counted) AS counted,
            sum(of_vain) AS without_results,
            sumIf(of_n, has_player) AS attempts,
            sum(n_clicked) AS clicked,
            sumMap(of_spelled.1, of_spelled.2) AS spellings,
            arraySort((typed, times) -> (-toInt64(times), typed), spellings.1, spellings.2)[1] AS query
        FROM of_player
        GROUP BY folded
        HAVING if({only_vain:UInt8}, without_results, searches) > 0
    )
SELECT
    query, searches, counted, without_results, attempts, clicked,
    count() OVER () AS total,
    sum(searches) OVER () AS all_searches,
    sum(counted) OVER () AS all_counted,
    sum(without_results) OVER () AS all_without_results,
    sum(attempts) OVER () AS all_attempts,
    sum(clicked) OVER () AS all_clicked
FROM made
ORDER BY if({only_vain:UInt8}, without_results, searches) DESC, folded ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
SETTINGS max_bytes_before_external_group_by = 536870912
