-- What each spool's published ledger covers, and which days were compared for good. Claims are released by spool.
CREATE TABLE spools (
    spool VARCHAR(32) NOT NULL PRIMARY KEY,
    last_block BIGINT NOT NULL,
    open_blocks TEXT NOT NULL,
    oldest_waiting_at FLOAT,
    retired BOOLEAN NOT NULL,
    updated_at FLOAT NOT NULL
);

CREATE TABLE reconciled (day VARCHAR(10) NOT NULL PRIMARY KEY);

CREATE INDEX ix_claims_spool ON claims (spool, batch);
