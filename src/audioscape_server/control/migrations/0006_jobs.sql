-- What comes round in the whole installation, and who does it now.
CREATE TABLE jobs (
    name VARCHAR(40) NOT NULL PRIMARY KEY,
    holder VARCHAR(32) NOT NULL,
    fence BIGINT NOT NULL,
    held_until FLOAT NOT NULL,
    next_at FLOAT NOT NULL,
    started_at FLOAT,
    ended_at FLOAT,
    succeeded_at FLOAT,
    duration_s FLOAT,
    error TEXT,
    runs BIGINT NOT NULL,
    failures BIGINT NOT NULL
);
