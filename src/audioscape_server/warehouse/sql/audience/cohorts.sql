-- How many players of each cohort came back, and when. A cohort are the players whose first event ever, whatever the filters,
-- is in a bucket of time, and who have an event that passes the filters in it. Of whom it is known how: see activity.sql.
--
-- seen_on: the bucket in which they were heard of; 0 = the cohort itself, all its players.
SELECT cohort, seen_on, count() AS players
FROM (
    SELECT
        player,
        min(at) AS first_at,
        roundDown(toUInt32(first_at), {starts:Array(UInt32)}) AS cohort,
        groupUniqArrayIf(bucket, passes) AS passed,
        groupUniqArrayIf(bucket, passes AND hears) AS heard
    FROM (
        SELECT
            sipHash64(player_id) AS player,
            timestamp AS at,
            roundDown(toUInt32(timestamp), {starts:Array(UInt32)}) AS bucket,
            1
                {% include "filters/all" %}
                AS passes,
            if({completed_only:UInt8}, type = 'stop' AND completed, type IN ('play', 'stop', 'skip')) AS hears
        FROM events
        WHERE project = {project:String}
            AND timestamp < {until:Float64}
            AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND day >= toDate(toDateTime({window_from:Float64}, 'UTC'))
            AND timestamp >= {window_from:Float64}
            -- Few, as a rule: nobody else needs a place among the groups.
            AND player IN (
                SELECT player
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
                                AND -seen.at >= {window_from:Float64}
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
                HAVING min(at) >= {window_from:Float64})
    )
    GROUP BY player
    HAVING has(passed, cohort)
)
ARRAY JOIN arrayPushFront(heard, 0) AS seen_on
GROUP BY cohort, seen_on
SETTINGS max_bytes_before_external_group_by = 1073741824
