-- Remembers an event; changes nothing when it is known.
INSERT OR IGNORE INTO known_events (digest, seen_at) VALUES (?, ?)
