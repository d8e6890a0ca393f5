-- What players hear before and after an asset, by how often: the {limit:UInt32} most frequent of each side, after them
-- how often there is nothing (is_none). `plays` counts the plays of the asset by players; each has one neighbour, or none,
-- on either side; so `all_plays` is the same of both.
--
-- A neighbour is the same player's play before it, or after it, with no more than {pause:Float64} seconds between the two;
-- both in the period and of the filters. At one time the smaller asset comes first.
WITH
    player AS (
        SELECT arraySort(groupArray((timestamp, assumeNotNull(asset_id)))) AS plays
        FROM events
        WHERE project = {project:String}
            {% include "periods/events" %}
            AND type = 'play'
            AND player_id != ''
            {% include "filters/places" %}
            {% include "filters/keys" %}
            AND sipHash64(player_id) IN (
                SELECT sipHash64(player_id)
                FROM events
                WHERE project = {project:String}
                    {% include "periods/events" %}
                    AND type = 'play'
                    AND player_id != ''
                    AND asset_id = {asset_id:UInt64})
        GROUP BY sipHash64(player_id)
    ),
    side AS (
        SELECT
            arrayJoin([
                ('before', earlier.2, play.1 - earlier.1 > {pause:Float64}),
                ('after', later.2, later.1 - play.1 > {pause:Float64})]) AS found,
            found.1 AS side,
            found.3 AS is_none,
            if(is_none, 0, found.2) AS asset
        FROM player
        ARRAY JOIN
            plays AS play,
            arrayPushFront(arrayPopBack(plays), (-inf, 0::UInt64)) AS earlier,
            arrayPushBack(arrayPopFront(plays), (inf, 0::UInt64)) AS later
        WHERE play.2 = {asset_id:UInt64}
    )
SELECT
    side,
    is_none,
    asset AS asset_id,
    count() AS plays,
    sum(count()) OVER (PARTITION BY side) AS all_plays
FROM side
GROUP BY side, is_none, asset
ORDER BY side, is_none DESC, plays DESC, asset_id
LIMIT {limit:UInt32} + 1 BY side
SETTINGS max_bytes_before_external_group_by = 536870912
