-- The events of a period. Of whole days of UTC no time has to be read: the day of an event is kept, and the same for all
-- rows of a part.
{% if not utc_days %}AND timestamp >= {since:Float64} AND timestamp < {until:Float64}{% endif %}
AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime(ceil({until:Float64}) - 1, 'UTC'))
