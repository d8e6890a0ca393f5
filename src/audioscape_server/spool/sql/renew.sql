-- Takes a new id.
UPDATE spool SET id = ?
