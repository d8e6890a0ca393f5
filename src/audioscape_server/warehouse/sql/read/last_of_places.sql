-- When the last event of some places of universes was: of those on one page of a list. At any time, not in a period.
-- whole: whether the places of a universe are one row, with 0 for the place.
-- The rollup says on which day it was, so that no other day is read; of that day the primary key leads to the places.
WITH
    last_days AS (
        SELECT universe, place, max(day) AS last_day
        FROM place_day
        WHERE project = {project:String}
            AND universe IN {page_universes:Array(UInt64)}
            AND (
                {whole:UInt8}
                OR has(arrayZip({page_universes:Array(UInt64)}, {page_places:Array(UInt64)}), (universe, place)))
        GROUP BY universe, place
    )
SELECT
    universe AS universe_id,
    if({whole:UInt8}, toUInt64(0), place) AS place_id,
    max(timestamp) AS last_at
FROM events
WHERE project = {project:String}
    AND day IN (SELECT last_day FROM last_days)
    AND universe IN {page_universes:Array(UInt64)}
    AND (universe, place, day) IN (SELECT universe, place, last_day FROM last_days)
GROUP BY universe, place_id
