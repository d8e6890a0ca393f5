-- Who this spool is, and in which format it was written.
SELECT id, format FROM spool
