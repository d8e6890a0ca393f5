-- Adds one request's accepted events.
INSERT INTO batches (
    project, key, universe, place, received_at, events, key_digest, body_digest, content_bytes, checksum, payload
) VALUES (
    :project, :key, :universe, :place, :received_at, :events, :key_digest, :body_digest, :content_bytes, :checksum,
    :payload
)
