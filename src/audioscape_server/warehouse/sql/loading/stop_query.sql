-- Wait until a statement that we gave up on has really ended. It is known by a comment, for the embedded engine gives
-- its statements ids of its own.
KILL QUERY WHERE Settings['log_comment'] = {attempt:String} SYNC
