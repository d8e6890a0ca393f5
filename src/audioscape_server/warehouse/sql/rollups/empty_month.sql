-- Take every row of a month out of a rollup.
DELETE FROM {rollup:Identifier}
WHERE toYYYYMM(day) = {month:UInt32} AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}
