-- The measures of one asset by bucket of time (see activity.sql), and in a last row (is_total) of the whole period. The
-- listening curve reads the same few events, so nothing is gained by asking a rollup here.
WITH
    (SELECT length FROM track_length WHERE project = {project:String} AND asset_id = {asset_id:UInt64}) AS length
SELECT
    grouping(start) AS is_total,
    toUnixTimestamp(toDateTime(dateTrunc({interval:String}, toDateTime(timestamp, 'UTC'), 'UTC'), 'UTC')) AS start,
    count() AS events,
    countIf(type = 'play') AS plays,
    uniqExactIf(sipHash64(player_id), player_id != '' AND type IN ('play', 'stop', 'skip')) AS listeners,
    sumKahan(if(type IN ('stop', 'skip'), ifNull(duration, 0), 0)) AS listened_seconds,
    countIf(type = 'stop' AND duration >= 0.9 * length) AS completed,
    countIf(type IN ('stop', 'skip')) AS ends,
    if(ends = 0, NULL, completed / ends) AS completion_rate,
    countIf(type = 'skip') AS skips,
    if(ends = 0, NULL, skips / ends) AS skip_rate,
    countIf(type = 'vote' AND value = 'up') AS up_votes,
    countIf(type = 'vote' AND value = 'down') AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks
FROM events
WHERE project = {project:String}
    AND asset_id = {asset_id:UInt64}
    AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
    AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
    AND ({universe:Nullable(UInt64)} IS NULL OR universe = {universe:Nullable(UInt64)})
    AND ({place:Nullable(UInt64)} IS NULL OR place = {place:Nullable(UInt64)})
GROUP BY GROUPING SETS ((start), ())
ORDER BY is_total, start
