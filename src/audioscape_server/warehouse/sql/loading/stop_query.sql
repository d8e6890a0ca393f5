-- Wait until a statement that we gave up on has really ended.
KILL QUERY WHERE query_id = {query_id:String} SYNC
