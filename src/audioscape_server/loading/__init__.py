"""From the spool to the warehouse, exactly once, and the proof of it.

loader  sends blocks of batches, and counts after any doubt
check   proves that every event is in one place and one only
status  where every project's events are, for the read API and the metrics
"""
