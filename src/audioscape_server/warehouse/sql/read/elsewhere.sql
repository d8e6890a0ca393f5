-- Whether anything of the project in these days came from elsewhere than these universes, places and API keys: one row
-- if so. Where nothing did, a question about them is a question about the whole project.
SELECT 1 AS found
FROM place_day
WHERE project = {project:String}
    AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
    AND NOT (
        (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
        AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
        AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
        AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
        AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
        AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)}))
LIMIT 1
