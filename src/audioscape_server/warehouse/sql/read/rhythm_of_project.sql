-- As rhythm.sql for a whole project, from the rollup of its hours and, for what is left at the ends of the period, from
-- the events. For zones whose clocks are whole hours from UTC. Distinct listeners are estimated (see migration 0010).
--
-- events: all of them, of every type, which says how much there would be to count.
WITH
    part AS (
        SELECT toUnixTimestamp(hour) AS second, events, plays, listeners
        FROM project_hour
        WHERE project = {project:String} AND second >= {hours_from:UInt32} AND second < {hours_to:UInt32}
        {% if not whole_hours %}
        UNION ALL
        SELECT
            intDiv(toUInt32(timestamp), 3600) * 3600 AS second,
            count(), countIf(type = 'play'),
            groupBitmapStateIf(
                toUInt32(bitShiftRight(sipHash64(player_id), 41)), player_id != '' AND type IN ('play', 'stop', 'skip'))
        FROM events
        WHERE project = {project:String}
            {% include "periods/events" %}
            AND NOT (timestamp >= {hours_from:UInt32} AND timestamp < {hours_to:UInt32})
            AND NOT (
                day > toDate(toDateTime({hours_from:UInt32}, 'UTC'))
                AND day < toDate(toDateTime({hours_to:UInt32}, 'UTC')))
        GROUP BY second
        {% endif %}
    )
SELECT
    (intDiv(
        second + transform(
            roundDown(second, {segments:Array(UInt32)}), {segments:Array(UInt32)}, {shifts:Array(UInt32)}, toUInt32(0)),
        3600) + 72) % 168 AS cell,
    sum(one.events) AS events,
    sum(one.plays) AS plays,
    groupBitmapMerge(one.listeners) AS taken,
    toUInt64(round(-8388608 * log(1 - least(taken, 8388607) / 8388608))) AS listeners
FROM part AS one
GROUP BY cell
