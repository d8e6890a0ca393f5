-- The measures of each bucket of a period, and of the period before, whose bucket is NULL. A filter that is NULL lets
-- all pass. Everything but distinct listeners adds up over the buckets; of the whole period those stand in every row.
WITH
    chosen AS NOT MATERIALIZED (
        SELECT
            CASE WHEN timestamp >= to_timestamp(%(since)s) THEN date_trunc(%(interval)s, timestamp, 'UTC') END AS bucket,
            type, value, duration, player_id, type = 'stop' AND duration >= 0.9 * length AS is_completed
        FROM events LEFT JOIN track_length USING (asset_id)
        WHERE timestamp >= to_timestamp(%(before)s) AND timestamp < to_timestamp(%(until)s)
            AND (%(universes)s::bigint[] IS NULL OR universe_id = ANY (%(universes)s::bigint[]))
            AND (%(places)s::bigint[] IS NULL OR place_id = ANY (%(places)s::bigint[]))
            AND (%(assets)s::bigint[] IS NULL OR asset_id = ANY (%(assets)s::bigint[]))
            AND (%(keys)s::text[] IS NULL OR key = ANY (%(keys)s::text[]))
    ),
    heard AS (
        SELECT DISTINCT bucket, player_id FROM chosen WHERE type IN ('play', 'stop', 'skip') AND player_id IS NOT NULL
    ),
    listeners AS (SELECT bucket, count(*) AS listeners FROM heard GROUP BY bucket),
    measured AS (
        SELECT
            bucket,
            count(*) AS events,
            count(*) FILTER (WHERE type = 'play') AS plays,
            count(*) FILTER (WHERE type = 'stop') AS stops,
            count(*) FILTER (WHERE type = 'skip') AS skips,
            count(*) FILTER (WHERE is_completed) AS completed,
            count(*) FILTER (WHERE type = 'vote' AND value = 'up') AS up_votes,
            count(*) FILTER (WHERE type = 'vote' AND value = 'down') AS down_votes,
            count(*) FILTER (WHERE type = 'favorite') AS favorites,
            count(*) FILTER (WHERE type = 'unfavorite') AS unfavorites,
            count(*) FILTER (WHERE type = 'add_to_queue') AS queue_adds,
            count(*) FILTER (WHERE type = 'search_click') AS search_clicks,
            coalesce(sum(duration) FILTER (WHERE type IN ('stop', 'skip')), 0) AS listened_seconds
        FROM chosen
        GROUP BY bucket
    )
SELECT
    measured.*,
    extract(epoch FROM measured.bucket)::float8 AS start,
    coalesce(listeners.listeners, 0) AS listeners,
    (SELECT count(DISTINCT player_id) FROM heard WHERE bucket IS NOT NULL) AS listeners_of_period
FROM measured LEFT JOIN listeners ON listeners.bucket IS NOT DISTINCT FROM measured.bucket
