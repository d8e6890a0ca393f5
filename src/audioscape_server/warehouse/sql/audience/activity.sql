-- On which days players were active: how many on each day, by how many days later they were active again, and, of the last
-- day that there is of each, on how many days of the last 28 they were active.
--
-- From that follows who was active in the 7 or 28 days that end with any day, without uniting any sets: a player is, if
-- the last active day up to there is among them, and that is the day after which nothing comes until then.
--
-- Days are told by their place among `days`. What is kept of each player are the days, as the bits of one number of the
-- size that is enough (`day_bits`), or where none is (0), as a list. Players of the same days are put together; then they
-- say a few small numbers, which are counted: 14 bits, and above them what is said:
--   active    on the day in the upper 9 bits; the next one is as many days later as the lower 5 say, 28 = or more, or none
--   lately    active on so many of the days from `last_days_from` on
--   present   on any day from `period_from` on; 0
-- Where all `days` are those of UTC (`utc_days`), no time has to be read: the day of an event is kept, and the same for
-- all rows of a part. Then the rollup of places answers, too, unless assets are asked for, which it does not know
-- (`from_rollup`).
SELECT
    transform(bitShiftRight(code, 14), [0, 1, 2], ['active', 'lately', 'present'], '') AS said,
    bitAnd(code, 16383) AS number,
    sum(alike) AS players
FROM (
    SELECT
        {% if day_bits %}bitPositionsToArray(active_on){% else %}active_on{% endif %} AS active,
        count() AS alike
    FROM (
        WITH
            -- Days are 23 to 25 hours long, and follow each other.
            {% if utc_days %}
            toUInt64(day - toDate(toDateTime({window_from:Float64}, 'UTC'))) AS day_number
            {% else %}
            toUInt64(round((roundDown(toUInt32(timestamp), {days:Array(UInt32)}) - {window_from:Float64}) / 86400)) AS day_number
            {% endif %}
        SELECT
            {% if day_bits %}
            groupBitOr(bitShiftLeft(
                {% if day_bits == 64 %}1::UInt64{% elif day_bits == 128 %}1::UInt128{% else %}1::UInt256{% endif %},
                day_number)) AS active_on
            {% else %}
            arrayCompact(arraySort(groupArray(toUInt16(day_number)))) AS active_on
            {% endif %}
        {% if from_rollup %}
        FROM place_day
        ARRAY JOIN arrayConcat(listeners, others) AS player
        WHERE project = {project:String}
            AND day >= toDate(toDateTime({window_from:Float64}, 'UTC'))
            AND day < toDate(toDateTime({until:Float64}, 'UTC'))
            {% include "filters/places" %}
            {% include "filters/keys" %}
        GROUP BY player
        {% else %}
        FROM events
        WHERE project = {project:String}
            {% if not utc_days %}AND timestamp >= {window_from:Float64} AND timestamp < {until:Float64}{% endif %}
            AND day >= toDate(toDateTime({window_from:Float64}, 'UTC'))
            AND day <= toDate(toDateTime(ceil({until:Float64}) - 1, 'UTC'))
            AND player_id != ''
            {% include "filters/all" %}
        GROUP BY xxh3(player_id)
        {% endif %}
    )
    GROUP BY active_on
)
ARRAY JOIN arrayConcat(
    arrayMap(
        (one, next) -> toUInt16(one * 32 + least(28, next - one)),
        active,
        arrayPushBack(arrayPopFront(active), 65535)),
    [toUInt16(16384 + arrayCount(one -> one >= {last_days_from:UInt16}, active))],
    if(active[-1] >= {period_from:UInt16}, [toUInt16(32768)], [])) AS code
GROUP BY code
SETTINGS max_bytes_before_external_group_by = 1073741824
