-- The highest number of a snapshot of scores of a day: the next one must be higher, whoever makes it.
SELECT max(snapshot) AS snapshot FROM scores WHERE day = {day:Date}
