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
            {% include "periods/events" %}
            AND type = {type:String}
            AND cityHash64(spool, row, position) % {one_of:UInt64} = 0
            {% include "filters/all" %}
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
