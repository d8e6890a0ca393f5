-- Assets whose listeners or voters of one key look made up: who hears this one and nothing else, or votes for it and has
-- never heard it, in the last days; where that is far from usual in the rest of the project.
WITH
    -- What a player did with an asset: 1 listened, 2 voted.
    deeds AS (
        SELECT
            key,
            sipHash64(player_id) AS player,
            assumeNotNull(asset_id) AS asset,
            groupBitOr(if(type = 'vote', 2, 1)) AS did,
            min(timestamp) AS since
        FROM events
        WHERE project = {project:String}
            AND day > {today:Date} - {window_days:UInt16}
            AND type IN ('play', 'stop', 'skip', 'vote')
            AND isNotNull(asset_id)
            AND player_id != ''
        GROUP BY key, player, asset
    ),
    players AS (
        SELECT key, player, groupArray((asset, did, since)) AS all_deeds, countEqual(all_deeds.2, 2) AS unheard
        FROM deeds
        GROUP BY key, player
    ),
    crowds AS (
        SELECT
            key,
            deed.1 AS asset,
            countIf(bitTest(deed.2, 0)) AS listeners,
            countIf(bitTest(deed.2, 0) AND length(all_deeds) = 1) AS only_here,
            minIf(deed.3, bitTest(deed.2, 0) AND length(all_deeds) = 1) AS only_since,
            countIf(bitTest(deed.2, 1)) AS voters,
            countIf(deed.2 = 2) AS unheard_votes,
            minIf(deed.3, deed.2 = 2) AS unheard_since
        FROM players
        ARRAY JOIN all_deeds AS deed
        GROUP BY key, asset
    ),
    compared AS (
        SELECT
            *,
            sum(listeners) OVER () - listeners AS other_listeners,
            (sum(only_here) OVER () - only_here) / other_listeners AS only_usual,
            sum(voters) OVER () - voters AS other_voters,
            (sum(unheard_votes) OVER () - unheard_votes) / other_voters AS unheard_usual
        FROM crowds
    )
SELECT key, asset, found.1 AS reason, found.2 AS amount, found.3 AS of, found.4 AS usual, found.5 AS since
FROM compared
ARRAY JOIN [
    ('made_up_listeners', only_here, listeners, only_usual, only_since, other_listeners, {least_listeners:UInt64}),
    ('made_up_votes', unheard_votes, voters, unheard_usual, unheard_since, other_voters, {least_voters:UInt64})
] AS found
WHERE amount >= found.7 AND found.6 >= found.7 AND amount >= {share:Float64} * of AND usual <= {usual:Float64}
ORDER BY reason, amount DESC, key, asset
LIMIT {most:UInt64} BY reason
SETTINGS max_bytes_before_external_group_by = 536870912, max_block_size = 16384
