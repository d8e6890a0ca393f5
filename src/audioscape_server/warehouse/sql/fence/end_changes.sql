-- End every statement that changes this database and runs still, and wait until it has ended. Such statements are known by
-- a comment, for the embedded engine gives its statements ids of its own.
KILL QUERY WHERE Settings['log_comment'] = {comment:String} SYNC
