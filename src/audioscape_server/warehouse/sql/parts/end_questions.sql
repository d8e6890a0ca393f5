-- End every question that reads this database, and all that is derived from its events, and wait until that has ended. They
-- are known by their comment, which is another one than that of changes; who sets none is not ours.
KILL QUERY WHERE current_database = currentDatabase() AND Settings['log_comment'] NOT IN ('', {changes:String}) SYNC
