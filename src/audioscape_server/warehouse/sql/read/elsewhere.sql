-- Whether anything of the project in these days came from elsewhere than these universes, places and API keys: one row
-- if so. Where nothing did, a question about them is a question about the whole project.
SELECT 1 AS found
FROM place_day
WHERE project = {project:String}
    AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
    AND NOT (
        1
        {% include "filters/places" %}
        {% include "filters/keys" %}
    )
LIMIT 1
