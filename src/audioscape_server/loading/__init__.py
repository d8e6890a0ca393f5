"""From the spool to the warehouse, exactly once, and the proof of it.

loader       drains the spool, block by block
cutter       cuts a block of what waits, and settles who stored a batch first
blocks       one block on its way, counted after any doubt
recognition  is this spool the one that the others know, or an older copy of it?
release      puts batches from quarantine back in the queue, if nobody loaded them
repair       what the warehouse lost is loaded again, rollups that differ are rebuilt
check        proves that every event is in one place and one only
publish      tells other workers how this spool stands
status       where every project's events are, for the read API and the metrics
assembly     puts these together
"""
