-- How many stops and skips of a track came in each second of listening. A filter that is NULL lets all pass.
SELECT
    least(floor(duration), 3601)::int AS second,
    count(*) FILTER (WHERE type = 'stop') AS stops,
    count(*) FILTER (WHERE type = 'skip') AS skips
FROM events
WHERE asset_id = %(asset_id)s
    AND type IN ('stop', 'skip')
    AND duration IS NOT NULL
    AND timestamp >= to_timestamp(%(since)s) AND timestamp < to_timestamp(%(until)s)
    AND (%(universes)s::bigint[] IS NULL OR universe_id = ANY (%(universes)s::bigint[]))
    AND (%(places)s::bigint[] IS NULL OR place_id = ANY (%(places)s::bigint[]))
    AND (%(keys)s::text[] IS NULL OR key = ANY (%(keys)s::text[]))
GROUP BY 1
