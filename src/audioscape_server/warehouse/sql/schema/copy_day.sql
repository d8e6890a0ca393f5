-- Copy the events of a day; nothing, when another fencing token counts.
INSERT INTO {copy:Identifier}
SELECT * FROM events WHERE day = {day:Date} AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}
