-- The events of a period and of the one before that its whole days leave to be read.
AND timestamp >= {before:Float64} AND timestamp < {until:Float64}
AND day >= toDate(toDateTime({before:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
{% if some_days %}
AND (
    NOT (day >= {days_from:Date} AND day < {days_to:Date})
    AND NOT (day >= {days_before_from:Date} AND day < {days_before_to:Date})
    {% if cut_days %}OR toUInt16(day) IN {cut_days:Array(UInt16)}{% endif %}
)
{% endif %}
