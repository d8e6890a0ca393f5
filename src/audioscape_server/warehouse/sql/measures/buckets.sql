-- Parts by the buckets that they belong to: 'period' or the start of one of its buckets (Unix seconds), 'before' or,
-- with_before, 'before ' and the start of one of its buckets. Of a period that is not over, 'before' ends at compared_until
-- (Unix seconds); 0: with the period before.
FROM part
ARRAY JOIN if(
    is_before,
    arrayConcat(
        {% if with_before %}[concat('before ', toString(roundDown(second, {starts_before:Array(UInt32)})))],{% endif %}
        {% if compared_until %}if(second < {compared_until:UInt32}, ['before'], []){% else %}['before']{% endif %}),
    ['period', toString(roundDown(second, {starts:Array(UInt32)}))]) AS bucket
GROUP BY bucket
