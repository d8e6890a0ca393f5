-- The days of a project: how many events the rollup counts, a hash of all that it counts, and the hash that was noted when
-- it was gathered last, for which generation of first_seen, and whether that came to its end. Who completed what may be
-- judged anew, and does not count. The parts of first_seen that lie aside do: when another one could not be read, players
-- are missing, and no hash is as it was.
SELECT
    day,
    sum(counted.events) AS events,
    max(counted.print_now) AS print_now,
    max(noted).1 AS generation,
    max(noted).2 AS is_gathered,
    max(noted).3 AS print
FROM (
    SELECT
        day,
        sum(events) AS events,
        sipHash64(
            events, sum(plays), sum(stops), sum(skips), sum(up_votes), sum(down_votes), sum(favorites), sum(unfavorites),
            sum(queue_adds), sum(search_clicks), sum(listened_micros),
            (
                SELECT sum(sipHash64(name))
                FROM system.detached_parts
                WHERE database = currentDatabase() AND table = 'first_seen'
            )) AS print_now,
        (toUInt64(0), toUInt8(0), toUInt64(0)) AS noted
    FROM project_day
    WHERE project = {project:String}
    GROUP BY day
    UNION ALL
    SELECT day, 0, 0, (generation, gathered, print)
    FROM first_seen_days
    WHERE project = {project:String}
) AS counted
GROUP BY day
ORDER BY day
