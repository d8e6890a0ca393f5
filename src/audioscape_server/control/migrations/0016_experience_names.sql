-- What a project calls its universes and places. Roblox's own names change, and a server without access to it has none.
CREATE TABLE experience_names (
    project VARCHAR(63) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    user_id VARCHAR(12) NOT NULL,
    changed_at FLOAT NOT NULL,
    PRIMARY KEY (project, kind, id)
);
