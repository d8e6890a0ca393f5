-- The numbers by which each project is scored, every version of them: the newest counts.
CREATE TABLE score_models (
    project VARCHAR(63) NOT NULL,
    version INTEGER NOT NULL,
    parameters TEXT NOT NULL,
    published_at FLOAT NOT NULL,
    PRIMARY KEY (project, version)
);
