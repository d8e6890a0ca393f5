-- Assets that more players of a key click far down the list of a query than click on anything at its top: no honest list
-- is read like that. A deep click is worth most to whoever corrects for attention.
SELECT key, folded_query AS query, asset, deep AS amount, at_top AS of, since
FROM (
    SELECT
        key,
        folded_query,
        asset,
        countIf(deepest) AS deep,
        minIf(first, deepest) AS since,
        sum(countIf(highest)) OVER (PARTITION BY key, folded_query) AS at_top
    FROM (
        SELECT
            key,
            folded_query,
            assumeNotNull(asset_id) AS asset,
            max(rank >= {deep_from:UInt32}) AS deepest,
            max(rank BETWEEN 1 AND {top_to:UInt32}) AS highest,
            min(timestamp) AS first
        FROM events
        WHERE project = {project:String}
            AND day > {today:Date} - {window_days:UInt16}
            AND type = 'search_click'
            AND folded_query != ''
            AND isNotNull(asset_id)
            AND player_id != ''
        GROUP BY key, folded_query, asset, sipHash64(player_id)
    )
    GROUP BY key, folded_query, asset
)
WHERE deep >= {least_clickers:UInt64} AND deep > at_top
ORDER BY amount DESC, key, query, asset
LIMIT {most:UInt64}
SETTINGS max_bytes_before_external_group_by = 536870912, max_block_size = 16384
