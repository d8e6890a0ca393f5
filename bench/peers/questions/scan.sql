-- What a table without anything made beforehand has to read for a period of whole days (UTC) up to its end.
SELECT count(DISTINCT player_id) AS players, count(*) AS events
FROM events
WHERE timestamp >= date_trunc('day', to_timestamp(%(since)s), 'UTC')
