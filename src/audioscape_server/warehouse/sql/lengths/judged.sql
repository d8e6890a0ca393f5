-- Note that every stop is judged by the length that its track has now.
INSERT INTO known_length
SELECT project, asset_id, length, 1, version + 1
FROM known_length FINAL
WHERE judged = 0 AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}
