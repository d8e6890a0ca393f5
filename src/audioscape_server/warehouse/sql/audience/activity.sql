-- On which days players were active: how many on each day, by how many days later they were active again, whether they were
-- new on it, and, of the last day that there is of each, on how many days of the last 28 they were active.
--
-- From that follows who was active in the 7 or 28 days that end with any day, without uniting any sets: a player is, if
-- the last active day up to there is among them, and that is the day after which nothing comes until then.
--
-- Days are told by their place among `days`. Each player says a few small numbers, which are counted: 14 bits, and above
-- them what is said:
--   active    on the day in the upper 9 bits; the next one is as many days later as the lower 5 say, 28 = or more, or none
--   new       on this day, told from `period_from` on
--   lately    active on so many of the days from `last_days_from` on
--   present   on any day from `period_from` on; 0
-- The first event ever is that among all events, whatever the filters: it is known of first_seen, in this generation, but
-- for the `unknown_days`, whose events tell it.
SELECT
    transform(bitShiftRight(code, 14), [0, 1, 2, 3], ['active', 'new', 'lately', 'present'], '') AS said,
    bitAnd(code, 16383) AS number,
    count() AS players
FROM (
    SELECT
        sipHash64(player_id) AS player,
        -- Days are 23 to 25 hours long, and follow each other.
        arrayCompact(arraySort(groupArray(toUInt16(round(
            (roundDown(toUInt32(timestamp), {days:Array(UInt32)}) - {window_from:Float64}) / 86400))))) AS active,
        (player, active[1]) IN (
            -- Who may be new: seen first in the period, as far as is known, or seen on an unknown day.
            SELECT player, toUInt16(round(
                (roundDown(toUInt32(min(at)), {days:Array(UInt32)}) - {window_from:Float64}) / 86400))
            FROM (
                SELECT sipHash64(player_id) AS player, timestamp AS at
                FROM events
                WHERE project = {project:String}
                    AND timestamp < {until:Float64}
                    AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
                    AND day IN {unknown_days:Array(Date)}
                    AND player_id != ''
                UNION ALL
                SELECT player, -seen.at AS at
                FROM first_seen
                WHERE project = {project:String} AND seen.generation = {generation:UInt64} AND at < {until:Float64}
                    AND player IN (
                        SELECT player
                        FROM first_seen
                        WHERE project = {project:String} AND seen.generation = {generation:UInt64}
                            AND -seen.at >= {days:Array(UInt32)}[{period_from:UInt16} + 1]
                        UNION ALL
                        SELECT sipHash64(player_id)
                        FROM events
                        WHERE project = {project:String}
                            AND {generation:UInt64} > 0
                            AND timestamp < {until:Float64}
                            AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
                            AND day IN {unknown_days:Array(Date)}
                            AND player_id != '')
            )
            GROUP BY player
            HAVING min(at) >= {days:Array(UInt32)}[{period_from:UInt16} + 1]
        ) AS is_new
    FROM events
    WHERE project = {project:String}
        AND timestamp >= {window_from:Float64} AND timestamp < {until:Float64}
        AND day >= toDate(toDateTime({window_from:Float64}, 'UTC'))
        AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
        AND player_id != ''
        AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
        AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
        AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
        AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
        AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
        AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
        AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
        AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
    GROUP BY player
)
ARRAY JOIN arrayConcat(
    arrayMap(
        (one, next) -> toUInt16(one * 32 + least(28, next - one)),
        active,
        arrayPushBack(arrayPopFront(active), 65535)),
    if(is_new, [toUInt16(16384 + active[1])], []),
    [toUInt16(32768 + arrayCount(one -> one >= {last_days_from:UInt16}, active))],
    if(active[-1] >= {period_from:UInt16}, [toUInt16(49152)], [])) AS code
GROUP BY code
SETTINGS max_bytes_before_external_group_by = 1073741824
