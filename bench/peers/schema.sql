-- What a plain service keeps: every event as a row, with the two indexes without which no dashboard can be drawn.
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL,
    universe_id bigint NOT NULL,
    place_id bigint NOT NULL,
    received_at timestamptz NOT NULL,
    type text NOT NULL,
    asset_id bigint,
    timestamp timestamptz NOT NULL,
    player_id text,
    duration double precision,
    value text,
    metadata jsonb
);
CREATE INDEX events_by_time ON events (timestamp);
CREATE INDEX events_of_track ON events (asset_id, timestamp);
