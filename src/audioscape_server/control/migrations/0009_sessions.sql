-- Who is signed in: a row for each browser.
CREATE TABLE sessions (
    digest {bytes} NOT NULL,
    user_id VARCHAR(12) NOT NULL,
    project VARCHAR(63) NOT NULL,
    created_at FLOAT NOT NULL,
    seen_at FLOAT NOT NULL,
    PRIMARY KEY (digest)
);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
