-- The searches that led to clicks, most clicked first, each shown as it was most often typed; `total` counts them all.
-- Whole days come from the rollup, the rest from the events (see activity_of_project.sql). The rollup knows neither the
-- universe nor the place: who asks for some of them passes no whole days.
--
-- sought: a text that they hold, empty for any. It is folded as they are, but for what is around it.
WITH
    replaceRegexpAll(lowerUTF8(normalizeUTF8NFKC({sought:String})), '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ') AS text,
    part AS (
        SELECT folded_query, query, asset_id AS asset, rank, events AS n, players AS seen
        FROM search_day
        WHERE project = {project:String}
            AND folded_query != ''
            AND ({sought:String} = '' OR position(folded_query, text) > 0)
            AND day >= {days_from:Date} AND day < {days_to:Date}
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR asset_id NOT IN {not_assets:Array(UInt64)})
        UNION ALL
        SELECT
            folded_query, query, ifNull(asset_id, 0), rank, count(),
            groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '')
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND NOT (day >= {days_from:Date} AND day < {days_to:Date})
            AND type = 'search_click'
            AND folded_query != ''
            AND ({sought:String} = '' OR position(folded_query, text) > 0)
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
        GROUP BY folded_query, query, asset_id, rank
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
    argMin(typed, (-toInt64(n_typed), typed)) AS query,
    sum(n_typed) AS clicks,
    arrayUniq(groupArrayArray(seen_here)) AS players,
    if(sum(n_ranked) = 0, NULL, sum(rank_sum) / sum(n_ranked)) AS mean_rank,
    length(groupUniqArrayArray(assets)) AS tracks,
    count() OVER () AS total
FROM spelling
GROUP BY folded
ORDER BY clicks DESC, folded ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
