-- The searches that led to clicks, most clicked first, each as it was most often typed; `total` counts them all.
-- A filter that is NULL lets all pass.
SELECT
    mode() WITHIN GROUP (ORDER BY typed) AS query,
    count(*) AS clicks,
    count(DISTINCT player_id) AS players,
    avg(rank)::float8 AS mean_rank,
    count(DISTINCT asset_id) AS tracks,
    count(*) OVER () AS total
FROM (
    SELECT
        metadata ->> 'query' AS typed,
        lower(normalize(trim(metadata ->> 'query'), NFKC)) AS folded,
        (metadata ->> 'rank')::int AS rank,
        player_id,
        asset_id
    FROM events
    WHERE type = 'search_click'
        AND timestamp >= to_timestamp(%(since)s) AND timestamp < to_timestamp(%(until)s)
        AND (%(universes)s::bigint[] IS NULL OR universe_id = ANY (%(universes)s::bigint[]))
        AND (%(places)s::bigint[] IS NULL OR place_id = ANY (%(places)s::bigint[]))
        AND (%(assets)s::bigint[] IS NULL OR asset_id = ANY (%(assets)s::bigint[]))
        AND (%(keys)s::text[] IS NULL OR key = ANY (%(keys)s::text[]))
) AS click
WHERE folded <> ''
GROUP BY folded
ORDER BY clicks DESC, folded
LIMIT %(limit)s OFFSET %(offset)s
