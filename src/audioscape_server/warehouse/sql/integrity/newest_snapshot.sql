-- The highest number of a snapshot of flags: the next one must be higher, whoever makes it.
SELECT max(snapshot) AS snapshot FROM integrity_flags
