-- Writes down, once, who this spool is.
INSERT INTO spool (id, format, created_at) VALUES (?, ?, ?)
