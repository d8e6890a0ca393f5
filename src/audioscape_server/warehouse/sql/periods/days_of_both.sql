-- The whole days of a period and of the one before, but for those that a bucket begins within.
AND (
    day >= {days_from:Date} AND day < {days_to:Date}
    OR day >= {days_before_from:Date} AND day < {days_before_to:Date})
{% if cut_days %}AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}{% endif %}
