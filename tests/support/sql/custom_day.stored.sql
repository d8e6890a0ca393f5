-- What the rollup custom_day says.
SELECT project, day, universe, type AS kind, sum(events) AS n, uniqExactArray(players) AS seen
FROM audioscape.custom_day
GROUP BY ALL
