-- Players whose first event ever, among all events, whatever the filters, is of a day of a period: by that day, how many
-- have an event that passes the filters on that day (`players`), and how many have one in the period (`of_period`).
--
-- The first event is known of first_seen, in this generation, but for the `unknown_days`, whose events tell it. Without
-- filters (`is_filtered`) whoever is new was active on that day, and nothing else is read.
WITH newcomer AS (
    SELECT player, roundDown(toUInt32(first_at), {starts:Array(UInt32)}) AS start
    FROM (
        SELECT player, min(at) AS first_at
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
                -- Who may be new: seen first in the period, as far as is known, or seen on an unknown day.
                AND player IN (
                    SELECT player
                    FROM first_seen
                    WHERE project = {project:String} AND seen.generation = {generation:UInt64}
                        AND -seen.at >= {starts:Array(UInt32)}[1]
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
        HAVING first_at >= {starts:Array(UInt32)}[1]
    )
)
{% if is_filtered %}
SELECT start, countIf(is_there) AS players, count() AS of_period
FROM (
    SELECT
        newcomer.player AS player,
        any(newcomer.start) AS start,
        max(roundDown(toUInt32(event.timestamp), {starts:Array(UInt32)}) = newcomer.start) AS is_there
    FROM (
        SELECT sipHash64(player_id) AS player, timestamp
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {starts:Array(UInt32)}[1] AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({starts:Array(UInt32)}[1], 'UTC'))
            AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND player_id != ''
            {% include "filters/all" %}
    ) AS event
    INNER JOIN newcomer USING (player)
    GROUP BY player
)
{% else %}
SELECT start, count() AS players, players AS of_period
FROM newcomer
{% endif %}
GROUP BY start
SETTINGS max_bytes_before_external_group_by = 1073741824
