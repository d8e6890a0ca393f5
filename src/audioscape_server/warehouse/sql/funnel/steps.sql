-- How far it goes on from each click: to the queue, to a play, to its end. For the period, the one before, each bucket of
-- time, each of the given groups (by its place among them, 0 = all others), and the assets that lose most at a step.
--
-- An attempt is a click of a player. Each later step is the first event of its kind, by the same player and of the same
-- asset, at or after the step before; it is reached if that is within the window after the click. So every event of a
-- player and an asset, read backwards in time, has to know but the next step of each kind, and where that one leads.
--
-- Nearly all events are of players and assets without a click. The rollup of searches tells which may have one: those of
-- the same days, wherever the click was. What passes without a click is dropped when it is put together.
--
-- A period that is not over is compared with what was by compared_until (Unix seconds) of the one before: clicks and
-- steps; 0: with all of it.
--
-- 0 = never. reached: the steps as bits: 1 = the click, 2 = the queue, 4 = a play, 8 = its end. who: one player, or one
-- attempt, as is to be counted; of a player the steps of all attempts count.
WITH
    one AS (
        SELECT
            sipHash64(player_id) AS player, assumeNotNull(asset_id) AS asset, timestamp AS at,
            multiIf(type = 'search_click', 1, type = 'add_to_queue', 2, type = 'play', 3, 4)::UInt8 AS step,
            if({by_player:UInt8} OR type != 'search_click', 0, sipHash64(spool, row, position)) AS attempt,
            if(
                type != 'search_click', 0,
                indexOf({groups:Array(String)}, {% include "measures/funnel_group" %}))::UInt8 AS group_number
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {before:Float64} AND timestamp <= {until:Float64} + {window:Float64}
            AND day >= toDate(toDateTime({before:Float64}, 'UTC'))
            AND day <= toDate(toDateTime({until:Float64} + {window:Float64}, 'UTC'))
            {% if compared_until %}AND (timestamp < {compared_until:UInt32} OR timestamp >= {since:Float64}){% endif %}
            AND player_id != ''
            AND (
                type IN ('add_to_queue', 'play')
                OR type = 'stop' AND completed
                OR type = 'search_click'
                    AND timestamp < {until:Float64}
                    {% include "filters/places" %}
                    {% include "filters/keys" %}
            )
            {% include "filters/assets" %}
            AND bitXor(bitShiftRight(player, 16), intHash64(asset)) IN (
                SELECT bitXor(arrayJoin(players), intHash64(asset_id))
                FROM search_day
                WHERE project = {project:String}
                    AND day >= toDate(toDateTime({before:Float64}, 'UTC'))
                    AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
                    {% include "filters/keys" %}
                    {% include "filters/assets" %}
            )
    ),
    pair AS (
        SELECT
            player, asset,
            arraySort(groupArray((at, step, attempt, group_number))) AS events
        FROM one
        GROUP BY player, asset
        HAVING min(step) = 1
    ),
    traced AS (
        WITH
            -- Of times, at each event that which stands at the next event of a step: where that one leads.
            ((times, wanted) -> arrayReverseFill(
                (time, event) -> event.2 = wanted,
                arrayMap((time, event) -> if(event.2 = wanted, time, 0), times, events), events)) AS at_next
        SELECT
            player, asset, events,
            at_next(events.1, 2) AS queues,
            at_next(events.1, 3) AS plays,
            at_next(at_next(events.1, 4), 3) AS ends,
            if({queue_required:UInt8}, at_next(plays, 2), plays) AS plays_after,
            if({queue_required:UInt8}, at_next(ends, 2), ends) AS ends_after
        FROM pair
    ),
    attempt AS (
        SELECT
            if({by_player:UInt8}, player, event.3) AS who, asset, event.4 AS group_number, event.1 AS clicked_at,
            queued_at, played_at, ended_at,
            {% if compared_until %}
            if(
                clicked_at < {since:Float64},
                least(clicked_at + {window:Float64}, {compared_until:UInt32}),
                clicked_at + {window:Float64}) AS in_time,
            {% else %}
            clicked_at + {window:Float64} AS in_time,
            {% endif %}
            if({queue_required:UInt8}, queued_at, clicked_at) AS waits_from,
            queued_at > 0 AND queued_at <= in_time AS is_queued,
            played_at > 0 AND played_at <= in_time AS is_played,
            ended_at > 0 AND ended_at <= in_time AS is_completed,
            toUInt8(1 + 2 * is_queued + 4 * is_played + 8 * is_completed) AS reached
        FROM traced
        ARRAY JOIN events AS event, queues AS queued_at, plays_after AS played_at, ends_after AS ended_at
        WHERE event.2 = 1
    ),
    counted AS (
        SELECT
            part.1 AS kind_number,
            part.2 AS label,
            groupBitOr(reached) AS steps,
            groupArrayIf(
                (
                    if(is_queued, queued_at - clicked_at, nan), if(is_played, played_at - waits_from, nan),
                    if(is_completed, ended_at - played_at, nan)),
                kind_number < 2 AND reached > 1) AS waits
        FROM attempt
        ARRAY JOIN if(
            clicked_at < {since:Float64},
            [(0::UInt8, 0::UInt64)],
            [
                (1::UInt8, 0::UInt64),
                (2::UInt8, toUInt64(roundDown(toUInt32(clicked_at), {starts:Array(UInt32)}))),
                (3::UInt8, toUInt64(group_number)),
                (4::UInt8, asset)
            ]) AS part
        GROUP BY kind_number, label, who
    )
SELECT *
FROM (
    SELECT
        CAST(kind_number, 'Enum8(\'before\' = 0, \'period\' = 1, \'bucket\' = 2, \'group\' = 3, \'asset\' = 4)') AS kind,
        label,
        count() AS search_click,
        countIf(bitTest(steps, 1)) AS add_to_queue,
        countIf(bitTest(steps, 2)) AS play,
        countIf(bitTest(steps, 3)) AS completed,
        quantileExactInclusiveArray(0.5)(waits.1) AS seconds_to_add_to_queue,
        quantileExactInclusiveArray(0.5)(waits.2) AS seconds_to_play,
        quantileExactInclusiveArray(0.5)(waits.3) AS seconds_to_completed,
        if({queue_required:UInt8}, add_to_queue, search_click) AS before_play,
        row_number() OVER (PARTITION BY kind_number ORDER BY search_click - add_to_queue DESC, label) AS at_queue,
        row_number() OVER (PARTITION BY kind_number ORDER BY before_play - play DESC, label) AS at_play,
        row_number() OVER (PARTITION BY kind_number ORDER BY play - completed DESC, label) AS at_end
    FROM counted
    GROUP BY kind_number, label
)
WHERE kind != 'asset' OR least(at_queue, at_play, at_end) <= 20
SETTINGS max_bytes_before_external_group_by = 536870912
