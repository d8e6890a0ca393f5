-- Of these universes and places, or of all but these.
{% if universes %}AND universe IN {universes:Array(UInt64)}{% endif %}
{% if not_universes %}AND universe NOT IN {not_universes:Array(UInt64)}{% endif %}
{% if places %}AND place IN {places:Array(UInt64)}{% endif %}
{% if not_places %}AND place NOT IN {not_places:Array(UInt64)}{% endif %}
