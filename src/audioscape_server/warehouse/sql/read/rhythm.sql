-- Plays and listeners of each hour of the week, counted from the events; an empty list of a filter lets all pass.
--
-- cell: hours since Monday 0:00 on the clock of a zone. segments: from which instants (Unix
-- seconds) that clock is how many seconds ahead of UTC (shifts, a week added so that nothing is below 0).
WITH
    listened AS (
        SELECT
            (intDiv(
                toUInt32(timestamp) + transform(
                    roundDown(toUInt32(timestamp), {segments:Array(UInt32)}),
                    {segments:Array(UInt32)}, {shifts:Array(UInt32)}, toUInt32(0)),
                3600) + 72) % 168 AS hour,
            type = 'play' AS is_play,
            player_id != '' AND type IN ('play', 'stop', 'skip') AS is_listening,
            bitShiftRight(sipHash64(player_id), 16) AS player
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
    )
SELECT hour AS cell, countIf(is_play) AS plays, uniqExactIf(player, is_listening) AS listeners
FROM listened
GROUP BY cell
HAVING plays > 0 OR listeners > 0
