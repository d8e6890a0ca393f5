-- From now on nothing merges and nothing mutates; what is under way ends without a trace.
SYSTEM STOP MERGES
