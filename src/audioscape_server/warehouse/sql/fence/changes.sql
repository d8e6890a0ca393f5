-- The statements that change this database and run still, by the id that the engine gave each.
SELECT query_id AS id FROM system.processes WHERE Settings['log_comment'] = {comment:String}
