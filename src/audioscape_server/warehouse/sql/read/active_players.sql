-- Who plays now: the distinct players with an event of the last 5 minutes, by its own time.
SELECT uniqExactIf(player_id, player_id != '') AS active
FROM events
WHERE project = {project:String}
    AND timestamp > {now:Float64} - 300 AND timestamp <= {now:Float64}
    AND day >= toDate(toDateTime({now:Float64} - 300, 'UTC')) AND day <= toDate(toDateTime({now:Float64}, 'UTC'))
    {% include "filters/all" %}
