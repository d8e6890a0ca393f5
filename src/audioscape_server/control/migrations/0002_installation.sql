-- Which installation this is and under which secret its keys are stored; which keys changed; batches by their name.
CREATE TABLE installation (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    secret_fingerprint {bytes},
    key_changes BIGINT NOT NULL,
    created_at FLOAT NOT NULL
);

ALTER TABLE api_keys ADD COLUMN changed BIGINT DEFAULT 0 NOT NULL;
CREATE INDEX ix_api_keys_changed ON api_keys (changed);

ALTER TABLE claims RENAME COLUMN "row" TO batch;
