-- What a request brings is a batch; "row" was taken for a row of the table of events.
ALTER TABLE rows RENAME TO batches;
ALTER TABLE batches RENAME COLUMN row TO batch;
ALTER TABLE blocks RENAME COLUMN first_row TO first_batch;
ALTER TABLE blocks RENAME COLUMN last_row TO last_batch;
ALTER TABLE repeats RENAME COLUMN row TO batch;
ALTER TABLE quarantine RENAME COLUMN row TO batch;

UPDATE spool SET format = 2;
