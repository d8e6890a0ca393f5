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
            AND ({utc_days:UInt8} OR timestamp >= {since:Float64} AND timestamp < {until:Float64})
            AND day >= toDate(toDateTime({since:Float64}, 'UTC'))
            AND day <= toDate(toDateTime(ceil({until:Float64}) - 1, 'UTC'))
            AND type = 'search_click'
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
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
