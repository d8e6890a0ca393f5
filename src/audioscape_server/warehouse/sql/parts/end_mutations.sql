-- End every DELETE that has not come to its end: whoever waits for it gets an error, and the loader deletes again.
KILL MUTATION WHERE database = currentDatabase() AND NOT is_done SYNC
