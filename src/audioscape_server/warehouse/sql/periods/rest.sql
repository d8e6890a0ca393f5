-- The events of a period that its whole days leave to be read.
{% include "periods/events" %}
{% if some_days %}
AND (NOT (day >= {days_from:Date} AND day < {days_to:Date}){% if cut_days %} OR toUInt16(day) IN {cut_days:Array(UInt16)}{% endif %})
{% endif %}
