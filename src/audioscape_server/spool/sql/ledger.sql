-- Where the events of every project went.
SELECT project, accepted, spooled, loaded, quarantined, duplicates, erased FROM ledger ORDER BY project
