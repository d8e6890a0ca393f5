-- What came of the clicks on results of some searches: how many led to a play of the track, and how many of those plays
-- were skipped early. Clicks are of the period and the filters; what follows is the same player's, wherever it was sent.
--
-- An attempt is a click of a player. It is played with the first play of the same asset at or after it, and skipped early
-- if the first stop or skip at or after that play is a skip with a duration under {early:Float64} seconds; both within the
-- window after the click. At one time a click comes before a play, a play before a stop or skip, and of those an end that
-- is no early skip first. So each event, read backwards in time, has to know but the next of each kind, and the rollup of
-- searches tells which players and assets may have a click (as in funnel/steps.sql).
--
-- queries: the folded searches that are asked for.
WITH
    one AS (
        SELECT
            sipHash64(player_id) AS player, assumeNotNull(asset_id) AS asset, timestamp AS at,
            multiIf(type = 'search_click', 1, type = 'play', 2, 3)::UInt8 AS step,
            type = 'skip' AND ifNull(duration < {early:Float64}, 0) AS is_early,
            if(type = 'search_click', folded_query, '') AS folded
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp <= {until:Float64} + {window:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC'))
            AND day <= toDate(toDateTime({until:Float64} + {window:Float64}, 'UTC'))
            AND player_id != ''
            AND (
                type IN ('play', 'stop', 'skip')
                OR type = 'search_click'
                    AND timestamp < {until:Float64}
                    AND folded_query IN {queries:Array(String)}
                    {% include "filters/places" %}
                    {% include "filters/keys" %}
            )
            {% include "filters/assets" %}
            AND bitXor(bitShiftRight(player, 16), intHash64(asset)) IN (
                SELECT bitXor(arrayJoin(players), intHash64(asset_id))
                FROM search_day
                WHERE project = {project:String}
                    AND day >= toDate(toDateTime({since:Float64}, 'UTC'))
                    AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
                    AND folded_query IN {queries:Array(String)}
                    {% include "filters/keys" %}
                    {% include "filters/assets" %}
            )
    ),
    pair AS (
        SELECT arraySort(groupArray((at, step, is_early, folded))) AS events
        FROM one
        GROUP BY player, asset
        HAVING min(step) = 1
    ),
    attempt AS (
        WITH
            -- Of times, at each event that which stands at the next event of a step; inf = there is none.
            ((times, wanted) -> arrayReverseFill(
                (time, event) -> event.2 = wanted,
                arrayMap((time, event) -> if(event.2 = wanted, time, inf), times, events), events)) AS at_next,
            at_next(events.1, 2) AS plays,
            at_next(at_next(arrayMap(event -> if(event.3, event.1, inf), events), 3), 2) AS skips
        SELECT event.1 + {window:Float64} AS latest, event.4 AS folded, played_at, skipped_at
        FROM pair
        ARRAY JOIN events AS event, plays AS played_at, skips AS skipped_at
        WHERE event.2 = 1
    )
SELECT
    folded,
    count() AS attempts,
    countIf(played_at <= latest) AS played,
    countIf(played_at <= latest AND skipped_at <= latest) AS skipped_early
FROM attempt
GROUP BY folded
SETTINGS max_bytes_before_external_group_by = 536870912
