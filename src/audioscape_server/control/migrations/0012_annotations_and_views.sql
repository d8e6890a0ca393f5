-- What the people of a project write down: notes at points and ranges of time, and views of pages under a name.
CREATE TABLE annotations (
    id VARCHAR(12) NOT NULL,
    project VARCHAR(63) NOT NULL,
    begins_at FLOAT NOT NULL,
    ends_at FLOAT NOT NULL,
    text TEXT NOT NULL,
    user_id VARCHAR(12) NOT NULL,
    created_at FLOAT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_annotations_project ON annotations (project, begins_at);

CREATE TABLE saved_views (
    id VARCHAR(12) NOT NULL,
    project VARCHAR(63) NOT NULL,
    name TEXT NOT NULL,
    page VARCHAR(20) NOT NULL,
    query TEXT NOT NULL,
    user_id VARCHAR(12) NOT NULL,
    created_at FLOAT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_saved_views_name ON saved_views (project, name);
