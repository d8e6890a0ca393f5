-- The measures of a period, of the one before, and of each bucket of time, for the whole project.
--
-- bucket: 'period' or the start of one of its buckets (Unix seconds), 'before' or, with_before, 'before ' and the start
-- of one of its buckets. starts: of all buckets, ascending; what comes before the first belongs to it. compared_until:
-- where 'before' ends (Unix seconds), as the period is not over; 0: with the period before.
--
-- Whole days come from one rollup, whole hours from another, and what is left from the events, so any period is exact.
-- Without a whole day inside, days_from and days_to are both 0; hours likewise. Cut days are read by the hour and cut
-- hours by the event, because buckets begin within them; both are numbers counted from 1970. Both periods are one
-- statement, as finding out how to answer takes as long as answering; so nothing is asked of what days or hours leave
-- nothing to (some_days, whole_days, whole_hours). Distinct listeners are estimated from a bitmap of 2^23 places by
-- linear counting (see migration 0010): exact counts are activity_of_places.
WITH
    part AS (
        {% if some_days %}
        SELECT
            toUnixTimestamp(toDateTime(day, 'UTC')) AS second,
            second < {since:Float64} AS is_before,
            {% include "measures/columns" %}
        FROM project_day
        WHERE project = {project:String}
            {% include "periods/days_of_both" %}
        {% endif %}
        {% if some_days and not whole_days %}UNION ALL{% endif %}
        {% if not whole_days %}
        SELECT
            toUnixTimestamp(hour) AS second,
            second < {since:Float64} AS is_before,
            {% include "measures/columns" %}
        FROM project_hour
        WHERE project = {project:String}
            AND (
                second >= {hours_from:UInt32} AND second < {hours_to:UInt32}
                OR second >= {hours_before_from:UInt32} AND second < {hours_before_to:UInt32})
            {% if cut_hours %}AND intDiv(second, 3600) NOT IN {cut_hours:Array(UInt32)}{% endif %}
            {% if some_days %}
            AND (
                NOT (day >= {days_from:Date} AND day < {days_to:Date})
                AND NOT (day >= {days_before_from:Date} AND day < {days_before_to:Date})
                {% if cut_days %}OR toUInt16(day) IN {cut_days:Array(UInt16)}{% endif %}
            )
            {% endif %}
        {% endif %}
        {% if not whole_hours %}
        UNION ALL
        SELECT
            {% include "measures/second_of_event" %},
            {% include "measures/of_events" %},
            groupBitmapStateIf(
                toUInt32(bitShiftRight(sipHash64(player_id), 41)), player_id != '' AND type IN ('play', 'stop', 'skip')) AS listeners
        FROM events
        WHERE project = {project:String}
            AND timestamp >= {before:Float64} AND timestamp < {until:Float64}
            AND day >= toDate(toDateTime({before:Float64}, 'UTC')) AND day <= toDate(toDateTime({until:Float64}, 'UTC'))
            AND (
                NOT (timestamp >= {hours_from:UInt32} AND timestamp < {hours_to:UInt32})
                AND NOT (timestamp >= {hours_before_from:UInt32} AND timestamp < {hours_before_to:UInt32})
                {% if cut_hours %}OR intDiv(toUInt32(timestamp), 3600) IN {cut_hours:Array(UInt32)}{% endif %}
            )
            AND (
                NOT (
                    day > toDate(toDateTime({hours_from:UInt32}, 'UTC'))
                    AND day < toDate(toDateTime({hours_to:UInt32}, 'UTC')))
                AND NOT (
                    day > toDate(toDateTime({hours_before_from:UInt32}, 'UTC'))
                    AND day < toDate(toDateTime({hours_before_to:UInt32}, 'UTC')))
                {% if cut_hours %}OR toUInt16(day) IN (SELECT intDiv(arrayJoin({cut_hours:Array(UInt32)}), 24)){% endif %}
            )
        GROUP BY second, is_before
        {% endif %}
    )
SELECT
    bucket,
    {% include "measures/sums" %},
    groupBitmapMerge(part.listeners) AS taken,
    toUInt64(round(-8388608 * log(1 - least(taken, 8388607) / 8388608))) AS listeners
{% include "measures/buckets" %}
