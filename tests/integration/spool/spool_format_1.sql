-- A spool as the first release left it.

-- The spool's tables. One file a worker; nobody else writes it.

-- Who this spool is: its id is part of every event's identity in the warehouse.
CREATE TABLE spool (
    id          TEXT    NOT NULL,  -- 32 hex digits
    format      INTEGER NOT NULL,  -- of this schema
    created_at  REAL    NOT NULL   -- Unix seconds
);

-- The accepted events of one request. AUTOINCREMENT: a row number is never used twice, even after a delete.
CREATE TABLE rows (
    row            INTEGER PRIMARY KEY AUTOINCREMENT,
    project        TEXT    NOT NULL,
    key            TEXT    NOT NULL,  -- id of the API key
    universe       INTEGER NOT NULL,  -- 0 = not set
    place          INTEGER NOT NULL,  -- 0 = not set
    received_at    REAL    NOT NULL,  -- Unix seconds
    events         INTEGER NOT NULL,  -- how many
    key_digest     BLOB,              -- of the Idempotency-Key, when there was one
    body_digest    BLOB,              -- of the body, when there was a key
    content_bytes  INTEGER NOT NULL,  -- of payload, unpacked
    checksum       INTEGER NOT NULL,  -- CRC-32 of payload
    payload        BLOB    NOT NULL   -- canonical rows as JSON, zstd
);

-- A block: a range of rows, written down before it is first sent to the warehouse, immutable from then on.
CREATE TABLE blocks (
    block      INTEGER PRIMARY KEY AUTOINCREMENT,
    first_row  INTEGER NOT NULL,
    last_row   INTEGER NOT NULL,
    attempt    INTEGER NOT NULL   -- how often it has been sent, this time included
);

-- Rows of open blocks that are not sent: repeats of a batch that another row stored first.
CREATE TABLE repeats (
    row INTEGER PRIMARY KEY
);

-- Rows that the warehouse refused, or that could not be read back. Kept until somebody decides.
CREATE TABLE quarantine (
    row             INTEGER PRIMARY KEY,
    project         TEXT    NOT NULL,
    key             TEXT    NOT NULL,
    universe        INTEGER NOT NULL,
    place           INTEGER NOT NULL,
    received_at     REAL    NOT NULL,
    events          INTEGER NOT NULL,
    content_bytes   INTEGER NOT NULL,
    checksum        INTEGER NOT NULL,
    payload         BLOB    NOT NULL,
    reason          TEXT    NOT NULL,
    quarantined_at  REAL    NOT NULL
);

-- How many events went where. Each column is counted where it happens, in the transaction in which it happens, so that
-- accepted = loaded + spooled + quarantined + duplicates + erased is a check and not a definition.
CREATE TABLE ledger (
    project        TEXT PRIMARY KEY,
    accepted       INTEGER NOT NULL DEFAULT 0,
    spooled        INTEGER NOT NULL DEFAULT 0,
    loaded         INTEGER NOT NULL DEFAULT 0,
    quarantined    INTEGER NOT NULL DEFAULT 0,
    duplicates     INTEGER NOT NULL DEFAULT 0,
    erased         INTEGER NOT NULL DEFAULT 0,
    last_event_at  REAL    NOT NULL DEFAULT 0  -- when the newest was received, Unix seconds
);

INSERT INTO spool VALUES ('ffffffffffffffffffffffffffffffff', 1, 1790166896.0);
-- Nine batches came. 3 is set aside, 5 and 6 are in a block in doubt (6 repeats another), 7 waits, the others are loaded.
INSERT INTO rows VALUES (9, 'default', 'abcdefghijkl', 1, 2, 1790166896.0, 2, NULL, NULL, 3, 0, x'00');
DELETE FROM rows;
INSERT INTO rows VALUES (5, 'default', 'abcdefghijkl', 1, 2, 1790166896.0, 2, NULL, NULL, 3, 0, x'00');
INSERT INTO rows VALUES (6, 'default', 'abcdefghijkl', 1, 2, 1790166896.0, 2, NULL, NULL, 3, 0, x'00');
INSERT INTO rows VALUES (7, 'default', 'abcdefghijkl', 1, 2, 1790166896.0, 2, NULL, NULL, 3, 0, x'00');
INSERT INTO blocks VALUES (2, 5, 6, 1);
INSERT INTO repeats VALUES (6);
INSERT INTO quarantine
VALUES (3, 'default', 'abcdefghijkl', 1, 2, 1790166896.0, 2, 3, 0, x'00', 'refused', 1790166896.0);
INSERT INTO ledger VALUES ('default', 18, 6, 10, 2, 0, 0, 1790166896.0);
