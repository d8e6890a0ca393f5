-- One-time links: the first account of an installation, invitations, and new passwords for those who forgot theirs.
CREATE TABLE links (
    digest {bytes} NOT NULL,
    id VARCHAR(12) NOT NULL,
    kind VARCHAR(12) NOT NULL,
    email VARCHAR(254) NOT NULL,
    project VARCHAR(63) NOT NULL,
    role VARCHAR(10) NOT NULL,
    sent_by VARCHAR(12) NOT NULL,
    created_at FLOAT NOT NULL,
    expires_at FLOAT NOT NULL,
    PRIMARY KEY (digest)
);
CREATE INDEX ix_links_project ON links (project);
