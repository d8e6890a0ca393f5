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
        SELECT
            timestamp, player_id,
            if({reads_metadata:UInt8}, extractAllGroupsVertical(metadata, {member:String}), []) AS members,
            arrayMap(
                pair -> if(position(pair[1], '\\') = 0, pair[1], JSONExtractString(concat('["', pair[1], '"]'), 1)),
                members) AS names,
            multiIf(
                {by_field:String} = '', '',
                {by_field:String} = 'metadata', decoded(arrayFirst((pair, name) -> name = {by_key:String}, members, names)[2]),
                {by_field:String} = 'type', type,
                {by_field:String} = 'universe_id', if(universe = 0, '', toString(universe)),
                {by_field:String} = 'place_id', if(place = 0, '', toString(place)),
                {by_field:String} = 'asset_id', ifNull(toString(asset_id), ''),
                {by_field:String} = 'player_id', player_id,
                {by_field:String} = 'key', key,
                value) AS text,
            multiIf(
                {of_field:String} = 'duration', duration,
                {of_field:String} = 'metadata',
                toFloat64OrNull(arrayFirst((pair, name) -> name = {of_key:String}, members, names)[2]),
                NULL) AS number
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND ({type:Nullable(String)} IS NULL OR type = {type:Nullable(String)})
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
            -- Where there are no conditions, not even an empty list of them is gone through for every event.
            AND (empty({where_fields:Array(String)}) OR arrayAll(
                (field, wanted_key, operator, wanted) -> (
                    multiIf(
                        field = 'metadata',
                        decoded(arrayFirst((pair, name) -> name = wanted_key, members, names)[2]),
                        field = 'type', type,
                        field = 'universe_id', if(universe = 0, '', toString(universe)),
                        field = 'place_id', if(place = 0, '', toString(place)),
                        field = 'asset_id', ifNull(toString(asset_id), ''),
                        field = 'player_id', player_id,
                        field = 'key', key,
                        value) AS found,
                    multiIf(operator = 'is', found = wanted, operator = 'not', found != wanted, position(found, wanted) > 0)
                ).2,
                {where_fields:Array(String)}, {where_keys:Array(String)}, {where_operators:Array(String)},
                {where_texts:Array(String)}))
    )
SELECT
    text,
    count() AS events,
    sum(events) OVER () AS events_of_all,
    sum(count(number)) OVER () AS numbers_of_all,
    count() OVER () AS groups
FROM one
GROUP BY text
ORDER BY
    multiIf(
        {measure:String} = 'sum', ifNull(sumKahan(number), 0),
        {measure:String} = 'players', toFloat64(uniqExactIf(sipHash64(player_id), player_id != '' AND {measure:String} = 'players')),
        toFloat64(events)) DESC,
    text ASC
LIMIT {most:UInt32}
SETTINGS max_bytes_before_external_group_by = 536870912, precise_float_parsing = 1
