-- How the events of the last hour (by their own time) came in: who is active, how long they took to come, and how many
-- were ahead of the clock that received them.
--
-- active: distinct players of the last 5 minutes. lags: seconds from the event to its receipt, of the event in the
-- middle and of the one that 19 of 20 come before. Ahead is what is later than its receipt by more than a second.
SELECT
    uniqExactIf(player_id, player_id != '' AND timestamp > {now:Float64} - 300 AND timestamp <= {now:Float64}) AS active,
    count() AS events,
    countIf(timestamp > received_at + 1) AS ahead,
    quantilesExact(0.5, 0.95)(greatest(received_at - timestamp, 0)) AS lags
FROM events
WHERE project = {project:String}
    AND timestamp > {now:Float64} - 3600 AND timestamp <= {now:Float64} + 600
    AND day >= toDate(toDateTime({now:Float64} - 3600, 'UTC')) AND day <= toDate(toDateTime({now:Float64} + 600, 'UTC'))
