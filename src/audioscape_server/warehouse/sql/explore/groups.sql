-- The groups into which events fall by what one field, or one key of their metadata, says: the largest ones. By the sum
-- or the players if that is what is asked for, else by their number. What is not set is the empty text.
--
-- How metadata is taken apart: see keys.sql. A text counts by its first 256 characters. Only a number in metadata is a
-- number; a text that looks like one is none.
WITH
    (raw -> substringUTF8(multiIf(
        NOT startsWith(raw, '"'), raw,
        position(raw, '\\') = 0, substring(raw, 2, length(raw) - 2),
        JSONExtractString(concat('[', raw, ']'), 1)), 1, 256)) AS decoded,
    one AS (
        WITH
            if({reads_metadata:UInt8}, extractAllGroupsVertical(metadata, {member:String}), []) AS members,
            arrayMap(
                pair -> if(position(pair[1], '\\') = 0, pair[1], JSONExtractString(concat('["', pair[1], '"]'), 1)),
                members) AS names,
            (wanted -> arrayFirst((pair, name) -> name = wanted, members, names)[2]) AS raw_of,
            '' AS text_of_nothing,
            decoded(raw_of({by_key:String})) AS text_of_metadata,
            type AS text_of_type,
            if(universe = 0, '', toString(universe)) AS text_of_universe_id,
            if(place = 0, '', toString(place)) AS text_of_place_id,
            ifNull(toString(asset_id), '') AS text_of_asset_id,
            player_id AS text_of_player_id,
            key AS text_of_key,
            value AS text_of_value,
            CAST(NULL, 'Nullable(Float64)') AS number_of_nothing,
            duration AS number_of_duration,
            toFloat64OrNull(raw_of({of_key:String})) AS number_of_metadata
        SELECT timestamp, player_id, {text:Identifier} AS text, {number:Identifier} AS number
        FROM events
        WHERE project = {project:String}
            {% include "periods/events" %}
            {% if type is not none %}AND type = {type:String}{% endif %}
            {% include "filters/all" %}
            {% if where_fields %}
            AND arrayAll(
                (field, wanted_key, operator, wanted) -> (
                    multiIf(
                        field = 'metadata', decoded(raw_of(wanted_key)),
                        field = 'type', text_of_type,
                        field = 'universe_id', text_of_universe_id,
                        field = 'place_id', text_of_place_id,
                        field = 'asset_id', text_of_asset_id,
                        field = 'player_id', text_of_player_id,
                        field = 'key', text_of_key,
                        text_of_value) AS found,
                    multiIf(operator = 'is', found = wanted, operator = 'not', found != wanted, position(found, wanted) > 0)
                ).2,
                {where_fields:Array(String)}, {where_keys:Array(String)}, {where_operators:Array(String)},
                {where_texts:Array(String)})
            {% endif %}
    ),
    ifNull(sumKahan(number), 0) AS total,
    uniqExactIf(sipHash64(player_id), player_id != '') AS players
SELECT
    text,
    count() AS events,
    sum(events) OVER () AS events_of_all,
    sum(count(number)) OVER () AS numbers_of_all,
    count() OVER () AS groups
FROM one
GROUP BY text
ORDER BY {sorted_by:Identifier} DESC, text ASC
LIMIT {most:UInt32}
SETTINGS max_bytes_before_external_group_by = 536870912, precise_float_parsing = 1
