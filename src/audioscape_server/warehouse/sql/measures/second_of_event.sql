-- To which bucket an event belongs, and to which period. cuts_before: the buckets of the one before, and where what is
-- compared of it ends.
if(
    timestamp < {since:Float64},
    roundDown(toUInt32(timestamp), {cuts_before:Array(UInt32)}),
    roundDown(toUInt32(timestamp), {starts:Array(UInt32)})) AS second,
timestamp < {since:Float64} AS is_before
