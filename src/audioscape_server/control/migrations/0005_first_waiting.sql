-- Up to which batch a spool is loaded: a repeat at another spool is given up only when its first is.
ALTER TABLE spools ADD COLUMN first_waiting BIGINT DEFAULT 0 NOT NULL;
