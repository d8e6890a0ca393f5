-- How many players of each cohort came back, and when. A cohort are the players whose first event ever, whatever the filters,
-- is in a bucket of time, and who have an event that passes the filters in it.
--
-- seen_on: the bucket in which they were heard of; 0 = the cohort itself, all its players.
SELECT cohort, seen_on, count() AS players
FROM (
    SELECT
        sipHash64(player_id) AS player,
        roundDown(toUInt32(min(timestamp)), {starts:Array(UInt32)}) AS cohort,
        groupUniqArrayIf(
            roundDown(toUInt32(timestamp), {starts:Array(UInt32)}),
            timestamp >= {since:Float64}
                AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
                AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
                AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
                AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})) AS passed,
        groupUniqArrayIf(
            roundDown(toUInt32(timestamp), {starts:Array(UInt32)}),
            timestamp >= {since:Float64}
                AND if({completed_only:UInt8}, type = 'stop' AND completed, type IN ('play', 'stop', 'skip'))
                AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
                AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
                AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
                AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})) AS heard
    FROM events
    WHERE project = {project:String}
        AND timestamp < {until:Float64}
        AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
        AND player_id != ''
    GROUP BY player
    HAVING min(timestamp) >= {since:Float64} AND has(passed, cohort)
)
ARRAY JOIN arrayPushFront(heard, 0) AS seen_on
GROUP BY cohort, seen_on
SETTINGS max_bytes_before_external_group_by = 1073741824
