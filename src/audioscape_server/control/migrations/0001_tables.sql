-- The first schema: keys, names, claims, rejected events, ledgers.
CREATE TABLE schema_version (version INTEGER NOT NULL PRIMARY KEY);

CREATE TABLE api_keys (
    id VARCHAR(12) NOT NULL PRIMARY KEY,
    project VARCHAR(63) NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    rate INTEGER NOT NULL,
    identical_batches BOOLEAN NOT NULL,
    created_at FLOAT NOT NULL,
    expires_at FLOAT,
    revoked_at FLOAT
);
CREATE INDEX ix_api_keys_project ON api_keys (project);

CREATE TABLE api_key_secrets (
    digest {bytes} NOT NULL PRIMARY KEY,
    key_id VARCHAR(12) NOT NULL,
    created_at FLOAT NOT NULL,
    expires_at FLOAT
);
CREATE INDEX ix_api_key_secrets_key_id ON api_key_secrets (key_id);

CREATE TABLE catalog (
    project VARCHAR(63) NOT NULL,
    asset_id BIGINT NOT NULL,
    title TEXT,
    artist TEXT,
    album TEXT,
    genre TEXT,
    duration FLOAT,
    PRIMARY KEY (project, asset_id)
);

CREATE TABLE claims (
    key_digest {bytes} NOT NULL,
    body_digest {bytes} NOT NULL,
    spool VARCHAR(32) NOT NULL,
    "row" BIGINT NOT NULL,
    claimed_at FLOAT NOT NULL,
    PRIMARY KEY (key_digest, body_digest)
);
CREATE INDEX ix_claims_claimed_at ON claims (claimed_at);

CREATE TABLE rejected (
    project VARCHAR(63) NOT NULL,
    key_id VARCHAR(12) NOT NULL,
    universe BIGINT NOT NULL,
    reason VARCHAR(40) NOT NULL,
    hour BIGINT NOT NULL,
    count BIGINT NOT NULL,
    last_seen FLOAT NOT NULL,
    sample TEXT NOT NULL,
    PRIMARY KEY (project, key_id, universe, reason, hour)
);

CREATE TABLE ledgers (
    spool VARCHAR(32) NOT NULL,
    project VARCHAR(63) NOT NULL,
    accepted BIGINT NOT NULL,
    spooled BIGINT NOT NULL,
    loaded BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    erased BIGINT NOT NULL,
    last_event_at FLOAT NOT NULL,
    updated_at FLOAT NOT NULL,
    PRIMARY KEY (spool, project)
);
