-- Remembers an id that this spool or a copy of it had, and that it is retired now.
INSERT OR REPLACE INTO former_ids (id, retired_at) VALUES (?, ?)
