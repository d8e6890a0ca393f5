-- Sent with these API keys, or with any but these.
{% if keys %}AND key IN {keys:Array(String)}{% endif %}
{% if not_keys %}AND key NOT IN {not_keys:Array(String)}{% endif %}
