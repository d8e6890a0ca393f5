-- Of these assets, or of all but these: what has no asset is left out by none.
{% if assets %}AND asset_id IN {assets:Array(UInt64)}{% endif %}
{% if not_assets %}AND (isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)}){% endif %}
