-- What a guest of a project is shown: assets by id, or all that the catalog has of an artist or an album.
CREATE TABLE guest_limits (
    user_id VARCHAR(12) NOT NULL,
    project VARCHAR(63) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    name VARCHAR(400) NOT NULL,
    artist VARCHAR(400) NOT NULL,
    PRIMARY KEY (user_id, project, kind, name, artist)
);
-- Which assets are an artist's is asked with every question of a guest.
CREATE INDEX ix_catalog_artist ON catalog (project, artist);

-- Links that show one page to whoever has them. The digest is all that is known of a link's token.
CREATE TABLE shares (
    digest {bytes} NOT NULL,
    id VARCHAR(12) NOT NULL,
    project VARCHAR(63) NOT NULL,
    page VARCHAR(20) NOT NULL,
    query TEXT NOT NULL,
    user_id VARCHAR(12) NOT NULL,
    created_at FLOAT NOT NULL,
    ends_at FLOAT NOT NULL,
    PRIMARY KEY (digest)
);
CREATE UNIQUE INDEX ix_shares_id ON shares (project, id);
