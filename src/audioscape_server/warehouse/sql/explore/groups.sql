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
            AND ({utc_days:UInt8} OR timestamp >= {since:Float64} AND timestamp < {until:Float64})
            AND day >= toDate(toDateTime({since:Float64}, 'UTC'))
            AND day <= toDate(toDateTime(ceil({until:Float64}) - 1, 'UTC'))
            AND ({type:Nullable(String)} IS NULL OR type = {type:Nullable(String)})
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
            -- Where there are no conditions, nothing that they might be about is read.
            AND if(empty({where_fields:Array(String)}), 1, arrayAll(
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
                {where_texts:Array(String)}))
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
