-- To which bucket an event belongs, and to which period.
if(
    timestamp < {since:Float64},
    roundDown(toUInt32(timestamp), {starts_before:Array(UInt32)}),
    roundDown(toUInt32(timestamp), {starts:Array(UInt32)})) AS second,
timestamp < {since:Float64} AS is_before
