-- Between which shares the middle half of some tracks lies at each second of listening, up to `seconds`; each track counts
-- once, with the share of its stops and skips that came no sooner. Those with too few of them carrying a duration are
-- left out. One row.
WITH
    ends AS (
        SELECT asset_id, second, sum(n) AS n
        FROM (
            SELECT asset_id, least(at.1, {seconds:UInt16}) AS second, at.2 AS n
            FROM track_day
            ARRAY JOIN arrayConcat(
                CAST(stopped_at, 'Array(Tuple(UInt16, UInt64))'), CAST(skipped_at, 'Array(Tuple(UInt16, UInt64))')) AS at
            WHERE project = {project:String}
                AND asset_id IN {assets:Array(UInt64)}
                AND day >= {days_from:Date} AND day < {days_to:Date}
            UNION ALL
            -- Every second of every track, so that all curves are equally long.
            SELECT
                arrayJoin({assets:Array(UInt64)}) AS asset_id,
                arrayJoin(range(toUInt16({seconds:UInt16} + 1))) AS second,
                toUInt64(0)
        )
        GROUP BY asset_id, second
    ),
    curves AS (
        SELECT arrayMap(end -> end.2, arraySort(groupArray((second, n)))) AS ended,
            arrayReverse(arrayCumSum(arrayReverse(ended))) AS listening
        FROM ends
        GROUP BY asset_id
        HAVING listening[1] >= {least:UInt64}
    )
SELECT
    count() AS tracks,
    quantilesExactInclusiveForEach(0.25, 0.75)(arrayMap(still -> still / listening[1], listening)) AS bounds
FROM curves
