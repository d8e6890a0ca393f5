-- How many events of a type there are in a period, and how many bytes of metadata they carry; of one in so many, see
-- keys.sql.
SELECT count() AS events, sum(length(metadata)) AS bytes
FROM events
WHERE project = {project:String}
    {% include "periods/events" %}
    AND type = {type:String}
    AND cityHash64(spool, row, position) % {one_of:UInt64} = 0
    {% include "filters/all" %}
