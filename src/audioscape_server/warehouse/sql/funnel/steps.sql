-- How far it goes on from each click: to the queue, to a play, to its end. For the period, the one before, each bucket of
-- time, each of the given groups (all others are the group 'other'), and the assets that lose most at a step.
--
-- An attempt is a click of a player. Each later step is the first event of its kind, by the same player and of the same
-- asset, at or after the step before; it is reached if that is within the window after the click. So every event of a
-- player and an asset, read backwards in time, has to know but the next step of each kind, and where that one leads.
--
-- 0 = never. reached: the steps as bits: 1 = the click, 2 = the queue, 4 = a play, 8 = its end. who: one player, or one
-- attempt, as is to be counted; of a player the steps of all attempts count.
WITH
    one AS (
        SELECT
            sipHash64(player_id, asset_id) AS pair, timestamp AS at, type, assumeNotNull(asset_id) AS asset,
            type = 'search_click' AS is_click,
            if({by_player:UInt8}, sipHash64(player_id), sipHash64(spool, row, position)) AS who,
            multiIf(
                {breakdown:String} = 'universe', toString(universe), {breakdown:String} = 'rank', toString(rank),
                {breakdown:String} = 'query', folded_query, '') AS label
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {before:Float64} AND timestamp <= {until:Float64} + {window:Float64}
            AND day >= toDate(toDateTime({before:Float64}, 'UTC'))
            AND day <= toDate(toDateTime({until:Float64} + {window:Float64}, 'UTC'))
            AND player_id != ''
            AND (
                type IN ('add_to_queue', 'play')
                OR type = 'stop' AND completed
                OR type = 'search_click'
                    AND timestamp < {until:Float64}
                    AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
                    AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
                    AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
                    AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
                    AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
                    AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)}))
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
            AND pair IN (
                SELECT sipHash64(player_id, asset_id)
                FROM events
                WHERE project = {project:String}
                    AND timestamp >= {before:Float64} AND timestamp < {until:Float64}
                    AND day >= toDate(toDateTime({before:Float64}, 'UTC'))
                    AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
                    AND type = 'search_click'
                    AND player_id != ''
                    AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
                    AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
                    AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
                    AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
                    AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
                    AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
                    AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
                    AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)}))
    ),
    ending AS (
        SELECT *, minIf(at, type = 'stop') OVER backwards AS next_end
        FROM one
        WINDOW backwards AS (PARTITION BY pair ORDER BY at DESC)
    ),
    playing AS (
        SELECT
            *,
            minIf(at, type = 'play') OVER backwards AS next_play,
            argMinIf(next_end, at, type = 'play') OVER backwards AS its_end
        FROM ending
        WINDOW backwards AS (PARTITION BY pair ORDER BY at DESC)
    ),
    queueing AS (
        SELECT
            *,
            minIf(at, type = 'add_to_queue') OVER backwards AS next_queue,
            argMinIf((next_play, its_end), at, type = 'add_to_queue') OVER backwards AS from_queue
        FROM playing
        WINDOW backwards AS (PARTITION BY pair ORDER BY at DESC)
    ),
    attempt AS (
        SELECT
            who, label, asset, at AS clicked_at,
            next_queue AS queued_at,
            if({queue_required:UInt8}, from_queue.1, next_play) AS played_at,
            if({queue_required:UInt8}, from_queue.2, its_end) AS ended_at,
            if({queue_required:UInt8}, queued_at, clicked_at) AS waits_from,
            queued_at > 0 AND queued_at <= clicked_at + {window:Float64} AS is_queued,
            played_at > 0 AND played_at <= clicked_at + {window:Float64} AS is_played,
            ended_at > 0 AND ended_at <= clicked_at + {window:Float64} AS is_completed,
            toUInt8(1 + 2 * is_queued + 4 * is_played + 8 * is_completed) AS reached
        FROM queueing
        WHERE is_click
    ),
    counted AS (
        SELECT
            part.1 AS kind,
            part.2 AS part_label,
            groupBitOr(reached) AS steps,
            groupArrayIf(queued_at - clicked_at, is_queued AND kind IN ('period', 'before')) AS until_queued,
            groupArrayIf(played_at - waits_from, is_played AND kind IN ('period', 'before')) AS until_played,
            groupArrayIf(ended_at - played_at, is_completed AND kind IN ('period', 'before')) AS until_completed
        FROM attempt
        ARRAY JOIN if(
            clicked_at < {since:Float64},
            [('before', '')],
            [
                ('period', ''),
                ('bucket', toString(roundDown(toUInt32(clicked_at), {starts:Array(UInt32)}))),
                if(has({groups:Array(String)}, label), ('group', label), ('other', '')),
                ('asset', toString(asset))
            ]) AS part
        GROUP BY kind, part_label, who
    )
SELECT *
FROM (
    SELECT
        kind,
        part_label AS label,
        count() AS search_click,
        countIf(bitTest(steps, 1)) AS add_to_queue,
        countIf(bitTest(steps, 2)) AS play,
        countIf(bitTest(steps, 3)) AS completed,
        quantileExactInclusiveArray(0.5)(until_queued) AS seconds_to_add_to_queue,
        quantileExactInclusiveArray(0.5)(until_played) AS seconds_to_play,
        quantileExactInclusiveArray(0.5)(until_completed) AS seconds_to_completed,
        if({queue_required:UInt8}, add_to_queue, search_click) AS before_play,
        row_number() OVER (PARTITION BY kind ORDER BY search_click - add_to_queue DESC, toUInt64OrZero(label)) AS at_queue,
        row_number() OVER (PARTITION BY kind ORDER BY before_play - play DESC, toUInt64OrZero(label)) AS at_play,
        row_number() OVER (PARTITION BY kind ORDER BY play - completed DESC, toUInt64OrZero(label)) AS at_end
    FROM counted
    GROUP BY kind, label
)
WHERE kind != 'asset' OR least(at_queue, at_play, at_end) <= 20
SETTINGS max_bytes_before_external_group_by = 536870912
