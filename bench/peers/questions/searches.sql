-- The searches that led to clicks, most clicked first, each as it was most often typed and with its ten commonest
-- spellings; `total` counts them all. A filter that is NULL lets all pass.
WITH click AS (
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
),
search AS (
    SELECT
        folded,
        count(*) AS clicks,
        count(DISTINCT player_id) AS players,
        avg(rank)::float8 AS mean_rank,
        count(DISTINCT asset_id) AS tracks,
        count(*) OVER () AS total
    FROM click
    WHERE folded <> ''
    GROUP BY folded
    ORDER BY clicks DESC, folded
    LIMIT %(limit)s OFFSET %(offset)s
),
spelling AS (
    SELECT
        folded,
        count(*) AS spelling_count,
        (array_agg(json_build_object('query', typed, 'clicks', times) ORDER BY times DESC, typed))[:10] AS spellings
    FROM (SELECT folded, typed, count(*) AS times FROM click GROUP BY folded, typed) AS one
    WHERE folded IN (SELECT folded FROM search)
    GROUP BY folded
)
SELECT
    spellings[1] ->> 'query' AS query,
    spellings,
    spelling_count,
    clicks,
    players,
    mean_rank,
    tracks,
    total
FROM search
JOIN spelling USING (folded)
ORDER BY clicks DESC, folded
