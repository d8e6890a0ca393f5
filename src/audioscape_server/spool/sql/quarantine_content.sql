-- What a batch in quarantine holds.
SELECT batch, project, key, universe, place, received_at, events, checksum, payload, NULL, NULL
FROM quarantine
WHERE batch = ?
