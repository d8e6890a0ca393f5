-- Remembers an id that this spool had.
INSERT OR IGNORE INTO former_ids (id, retired_at) VALUES (?, ?)
