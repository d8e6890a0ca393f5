-- Players who play one asset more often on a day than anybody listens: those with most plays on a day first.
SELECT key, player_id, asset, max(plays) AS amount, sum(plays) AS of, min(first) AS since
FROM (
    SELECT key, player_id, assumeNotNull(asset_id) AS asset, day, count() AS plays, min(timestamp) AS first
    FROM events
    WHERE project = {project:String}
        AND day > {today:Date} - {window_days:UInt16}
        AND type = 'play'
        AND isNotNull(asset_id)
        AND player_id != ''
    GROUP BY key, player_id, asset, day
    HAVING plays >= {least_plays:UInt64}
)
GROUP BY key, player_id, asset
ORDER BY amount DESC, key, player_id, asset
LIMIT {most:UInt64}
SETTINGS max_bytes_before_external_group_by = 536870912, max_block_size = 16384
