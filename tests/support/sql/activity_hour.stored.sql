-- What the rollup activity_hour says.
SELECT
    project, day, toUInt32(hour) AS second, universe, place, type AS kind, sum(events) AS n,
    round(sumKahanMerge(listened_seconds)) AS listened, sum(up_votes) AS up, sum(down_votes) AS down,
    uniqExactMerge(players) AS seen
FROM audioscape.activity_hour
GROUP BY ALL
