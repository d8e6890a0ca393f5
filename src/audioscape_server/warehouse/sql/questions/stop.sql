-- End what runs for a question that nobody waits for any more. It says so and returns; the statement ends soon after.
KILL QUERY WHERE Settings['log_comment'] = {tag:String} ASYNC
