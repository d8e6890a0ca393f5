-- What the metadata of a type of events holds: every key with the JSON types of its values, and their texts. Of a large
-- amount one in `one_of` is looked at, chosen by a hash of its place, which has nothing to do with what it says.
--
-- Metadata is kept as it was sent, and was found to be a flat object when it came in: names, and texts, numbers or
-- booleans. So a pattern that takes one member after the other takes it apart to the letter, numbers of any length too;
-- a JSON parser would round them. An escape in a text is decoded by the parser, as an array of one.
WITH
    looked_at AS (
        SELECT metadata
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {since:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({since:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND type = {type:String}
            AND cityHash64(spool, row, position) % {one_of:UInt64} = 0
            AND (empty({universes:Array(UInt64)}) OR universe IN {universes:Array(UInt64)})
            AND (empty({not_universes:Array(UInt64)}) OR universe NOT IN {not_universes:Array(UInt64)})
            AND (empty({places:Array(UInt64)}) OR place IN {places:Array(UInt64)})
            AND (empty({not_places:Array(UInt64)}) OR place NOT IN {not_places:Array(UInt64)})
            AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})
            AND (empty({not_keys:Array(String)}) OR key NOT IN {not_keys:Array(String)})
            AND (empty({assets:Array(UInt64)}) OR asset_id IN {assets:Array(UInt64)})
            AND (empty({not_assets:Array(UInt64)}) OR isNull(asset_id) OR asset_id NOT IN {not_assets:Array(UInt64)})
    ),
    member AS (
        SELECT
            arrayJoin(extractAllGroupsVertical(metadata, {member:String})) AS found,
            if(position(found[1], '\\') = 0, found[1], JSONExtractString(concat('["', found[1], '"]'), 1)) AS name,
            startsWith(found[2], '"') AS is_text,
            startsWith(found[2], 't') OR startsWith(found[2], 'f') AS is_boolean,
            substringUTF8(multiIf(
                NOT is_text, found[2],
                position(found[2], '\\') = 0, substring(found[2], 2, length(found[2]) - 2),
                JSONExtractString(concat('[', found[2], ']'), 1)), 1, 256) AS text
        FROM looked_at
    ),
    valued AS (
        SELECT
            name, text, count() AS n, countIf(is_text) AS texts, countIf(is_boolean) AS booleans
        FROM member
        GROUP BY name, text
    )
SELECT
    name,
    sum(n) AS filled,
    sum(texts) AS strings,
    sum(booleans) AS trues_and_falses,
    count() AS distinct_values,
    groupArraySorted(5)((-toInt64(n), text)) AS most_frequent,
    count() OVER () AS total
FROM valued
GROUP BY name
ORDER BY filled DESC, name ASC
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
SETTINGS max_bytes_before_external_group_by = 536870912
