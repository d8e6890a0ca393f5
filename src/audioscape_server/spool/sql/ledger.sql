-- Where the events of every project went.
SELECT project, accepted, spooled, loaded, quarantined, duplicates, erased, last_event_at FROM ledger ORDER BY project
