-- One page of the tracks with an event in the period, the greatest first; `total` counts them all. Listeners are counted
-- for all tracks only when they are sorted by, else for those on the page. A filter that is NULL lets all pass.
WITH
    chosen AS NOT MATERIALIZED (
        SELECT asset_id, type, value, duration, player_id
        FROM events
        WHERE timestamp >= to_timestamp(%(since)s) AND timestamp < to_timestamp(%(until)s)
            AND asset_id IS NOT NULL
            AND (%(universes)s::bigint[] IS NULL OR universe_id = ANY (%(universes)s::bigint[]))
            AND (%(places)s::bigint[] IS NULL OR place_id = ANY (%(places)s::bigint[]))
            AND (%(assets)s::bigint[] IS NULL OR asset_id = ANY (%(assets)s::bigint[]))
            AND (%(keys)s::text[] IS NULL OR key = ANY (%(keys)s::text[]))
    ),
    measured AS (
        SELECT
            asset_id,
            count(*) AS events,
            count(*) FILTER (WHERE type = 'play') AS plays,
            count(*) FILTER (WHERE type = 'stop') AS stops,
            count(*) FILTER (WHERE type = 'skip') AS skips,
            count(*) FILTER (WHERE type = 'stop' AND duration >= 0.9 * length) AS completed,
            count(*) FILTER (WHERE type = 'skip' AND duration < 30) AS early_skips,
            count(*) FILTER (WHERE type = 'vote' AND value = 'up') AS up_votes,
            count(*) FILTER (WHERE type = 'vote' AND value = 'down') AS down_votes,
            count(*) FILTER (WHERE type = 'favorite') AS favorites,
            count(*) FILTER (WHERE type = 'unfavorite') AS unfavorites,
            count(*) FILTER (WHERE type = 'add_to_queue') AS queue_adds,
            count(*) FILTER (WHERE type = 'search_click') AS search_clicks,
            coalesce(sum(duration) FILTER (WHERE type IN ('stop', 'skip')), 0) AS listened_seconds
        FROM chosen LEFT JOIN track_length USING (asset_id)
        GROUP BY asset_id
    ),
    heard_of_all AS (
        SELECT asset_id, count(*) AS listeners
        FROM (
            SELECT DISTINCT asset_id, player_id
            FROM chosen
            WHERE %(sort)s::text = 'listeners' AND type IN ('play', 'stop', 'skip') AND player_id IS NOT NULL
        ) AS once
        GROUP BY asset_id
    ),
    page AS (
        SELECT
            measured.*,
            heard_of_all.listeners AS sorted_listeners,
            count(*) OVER () AS total,
            CASE %(sort)s::text
                WHEN 'plays' THEN plays::float8
                WHEN 'listeners' THEN coalesce(heard_of_all.listeners, 0)::float8
                WHEN 'skip_rate' THEN skips::float8 / nullif(stops + skips, 0)
            END AS sorted_by
        FROM measured LEFT JOIN heard_of_all USING (asset_id)
        ORDER BY sorted_by DESC NULLS LAST, asset_id
        LIMIT %(limit)s OFFSET %(offset)s
    ),
    heard_of_page AS (
        SELECT asset_id, count(*) AS listeners
        FROM (
            SELECT DISTINCT asset_id, player_id
            FROM chosen
            WHERE %(sort)s::text <> 'listeners' AND type IN ('play', 'stop', 'skip') AND player_id IS NOT NULL
                AND asset_id IN (SELECT asset_id FROM page)
        ) AS once
        GROUP BY asset_id
    )
SELECT page.*, coalesce(sorted_listeners, heard_of_page.listeners, 0) AS listeners
FROM page LEFT JOIN heard_of_page USING (asset_id)
ORDER BY sorted_by DESC NULLS LAST, asset_id
