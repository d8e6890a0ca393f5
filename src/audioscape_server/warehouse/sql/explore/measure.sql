-- What events say, over all of them, over each of the given groups, and over each group by bucket of time. group_number is
-- the place of the group among those given, 0 = all others; see groups.sql for all else.
--
-- Only what the measure needs is read and worked out: nobody names the rest. A quantile is exact unless there are too many numbers to keep; then it is
-- that of a sketch, which is at most a hundredth of the number away from it, and the same at every asking.
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
    uniqExactIf(sipHash64(player_id), player_id != '') AS players,
    count() AS measured_count,
    players AS measured_players,
    countIf(player_id != '') / nullIf(players, 0) AS measured_per_player,
    ifNull(sumKahan(number), 0) AS measured_sum,
    sumKahan(number) / count(number) AS measured_avg,
    min(number) AS measured_min,
    max(number) AS measured_max,
    quantileExactInclusive(0.5)(number) AS measured_p50,
    quantileExactInclusive(0.95)(number) AS measured_p95,
    quantileDD(0.01, 0.5)(number) AS measured_p50_sketched,
    quantileDD(0.01, 0.95)(number) AS measured_p95_sketched
SELECT
    grouping(group_number) AS of_all_groups,
    grouping(bucket) AS of_all_time,
    indexOf({groups:Array(String)}, text) AS group_number,
    roundDown(toUInt32(timestamp), {starts:Array(UInt32)}) AS bucket,
    count() AS events,
    {measured:Identifier} AS amount
FROM one
GROUP BY group_number, bucket WITH ROLLUP
SETTINGS precise_float_parsing = 1
