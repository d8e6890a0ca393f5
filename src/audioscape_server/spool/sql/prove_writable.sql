-- A write that changes nothing: does the disk take it?
UPDATE spool SET format = format
