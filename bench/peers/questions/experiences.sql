-- One page of the places of universes with an event in the period, those with the most plays first; `total` counts them
-- all. Listeners are counted for those on the page. A filter that is NULL lets all pass.
WITH
    chosen AS NOT MATERIALIZED (
        SELECT universe_id, place_id, asset_id, type, value, duration, player_id
        FROM events
        WHERE timestamp >= to_timestamp(%(since)s) AND timestamp < to_timestamp(%(until)s)
            AND (%(universes)s::bigint[] IS NULL OR universe_id = ANY (%(universes)s::bigint[]))
            AND (%(places)s::bigint[] IS NULL OR place_id = ANY (%(places)s::bigint[]))
            AND (%(assets)s::bigint[] IS NULL OR asset_id = ANY (%(assets)s::bigint[]))
            AND (%(keys)s::text[] IS NULL OR key = ANY (%(keys)s::text[]))
    ),
    page AS (
        SELECT
            universe_id,
            place_id,
            count(*) AS events,
            count(*) FILTER (WHERE type = 'play') AS plays,
            count(*) FILTER (WHERE type = 'stop') AS stops,
            count(*) FILTER (WHERE type = 'skip') AS skips,
            count(*) FILTER (WHERE type = 'stop' AND duration >= 0.9 * length) AS completed,
            count(*) FILTER (WHERE type = 'vote' AND value = 'up') AS up_votes,
            count(*) FILTER (WHERE type = 'vote' AND value = 'down') AS down_votes,
            count(*) FILTER (WHERE type = 'favorite') AS favorites,
            count(*) FILTER (WHERE type = 'unfavorite') AS unfavorites,
            count(*) FILTER (WHERE type = 'add_to_queue') AS queue_adds,
            count(*) FILTER (WHERE type = 'search_click') AS search_clicks,
            coalesce(sum(duration) FILTER (WHERE type IN ('stop', 'skip')), 0) AS listened_seconds,
            count(*) OVER () AS total
        FROM chosen LEFT JOIN track_length USING (asset_id)
        GROUP BY universe_id, place_id
        ORDER BY plays DESC, universe_id, place_id
        LIMIT %(limit)s OFFSET %(offset)s
    ),
    heard AS (
        SELECT universe_id, place_id, count(*) AS listeners
        FROM (
            SELECT DISTINCT universe_id, place_id, player_id
            FROM chosen
            WHERE type IN ('play', 'stop', 'skip') AND player_id IS NOT NULL
                AND (universe_id, place_id) IN (SELECT universe_id, place_id FROM page)
        ) AS once
        GROUP BY universe_id, place_id
    )
SELECT page.*, coalesce(heard.listeners, 0) AS listeners
FROM page LEFT JOIN heard USING (universe_id, place_id)
ORDER BY plays DESC, universe_id, place_id
