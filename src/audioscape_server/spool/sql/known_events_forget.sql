-- Forgets events that came before a moment.
DELETE FROM known_events WHERE seen_at < ?
