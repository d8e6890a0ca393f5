-- On which days players were active: how many on each day, by how many days later they were active again, whether they were
-- new on it, and, of the last day that there is of each, on how many days of the last 28 they were active.
--
-- From that follows who was active in the 7 or 28 days that end with any day, without uniting any sets: a player is, if
-- the last active day up to there is among them, and that is the day after which nothing comes until then.
--
-- gap: days until the next active one, 28 = at least that many, or never. active_days: -1 but for the last day of a player.
-- The first event ever is that among all events, whatever the filters: of days before the window it is known of players
-- in this generation of first_seen; `unknown_days` are those of which it is not.
SELECT active_day, gap, is_new, active_days, count() AS players
FROM (
    SELECT
        player,
        min(at) AS first_at,
        arraySort(groupUniqArrayIf(on_day, passes)) AS active,
        arrayCount(one -> one >= {last_days_from:UInt32}, active) AS active_lately
    FROM (
        SELECT
            sipHash64(player_id) AS player,
            timestamp AS at,
            roundDown(toUInt32(timestamp), {days:Array(UInt32)}) AS on_day,
            timestamp >= {window_from:Float64}
                AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
                AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
                AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
                AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
                AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
                AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
                AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
                AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)}) AS passes
        FROM events
        WHERE project = {project:String}
            AND timestamp < {until:Float64}
            AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (day >= toDate(toDateTime({window_from:Float64}, 'UTC')) OR day IN {unknown_days:Array(Date)})
            AND player_id != ''
        UNION ALL
        SELECT player, -seen.at AS at, 0 AS on_day, 0 AS passes
        FROM first_seen
        WHERE project = {project:String} AND seen.generation = {generation:UInt64} AND at < {window_from:Float64}
    )
    GROUP BY player
    HAVING notEmpty(active)
)
ARRAY JOIN
    active AS active_day,
    arrayPushBack(arrayPopFront(active), 4294967295) AS next_day
GROUP BY
    active_day,
    least(28, toUInt32(round((next_day - active_day) / 86400))) AS gap,
    first_at >= active_day AS is_new,
    if(next_day = 4294967295, toInt32(active_lately), -1) AS active_days
SETTINGS max_bytes_before_external_group_by = 1073741824
