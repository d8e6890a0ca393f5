-- What clicks are put together by.
{% if breakdown == "universe" %}toString(universe)
{% elif breakdown == "rank" %}toString(rank)
{% elif breakdown == "query" %}folded_query
{% else %}''
{% endif %}
