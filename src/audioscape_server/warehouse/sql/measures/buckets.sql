-- Parts by the buckets that they belong to: 'period' or the start of one of its buckets (Unix seconds), 'before' or,
-- with_before, 'before ' and the start of one of its buckets.
FROM part
ARRAY JOIN if(
    is_before,
    arraySlice(
        ['before', concat('before ', toString(roundDown(second, {starts_before:Array(UInt32)})))],
        1, 1 + {with_before:UInt8}),
    ['period', toString(roundDown(second, {starts:Array(UInt32)}))]) AS bucket
GROUP BY bucket
