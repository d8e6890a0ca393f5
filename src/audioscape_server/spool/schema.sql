-- The spool's tables. One file a worker; nobody else writes it.

-- Who this spool is: its id is part of every event's identity in the warehouse. A copy that turns out to be older than
-- what the warehouse holds of it takes a new id.
CREATE TABLE IF NOT EXISTS spool (
    id          TEXT    NOT NULL,  -- 32 hex digits
    format      INTEGER NOT NULL,  -- of this schema
    created_at  REAL    NOT NULL   -- Unix seconds
);

-- The accepted events of one request. AUTOINCREMENT: a batch number is never used twice, even after a delete.
CREATE TABLE IF NOT EXISTS batches (
    batch            INTEGER PRIMARY KEY AUTOINCREMENT,
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
    payload        BLOB    NOT NULL   -- canonical events as JSON, zstd
);

-- A block: a range of batches, written down before it is first sent to the warehouse, immutable from then on.
CREATE TABLE IF NOT EXISTS blocks (
    block      INTEGER PRIMARY KEY AUTOINCREMENT,
    first_batch  INTEGER NOT NULL,
    last_batch   INTEGER NOT NULL,
    attempt    INTEGER NOT NULL   -- how often it has been sent, this time included
);

-- Batches of open blocks that are not sent: repeats of a batch that another batch stored first.
CREATE TABLE IF NOT EXISTS repeats (
    batch INTEGER PRIMARY KEY
);

-- Events of the last hours, of keys that ask for it: an equal one is the same event, sent again.
CREATE TABLE IF NOT EXISTS known_events (
    digest   BLOB PRIMARY KEY,
    seen_at  REAL NOT NULL  -- Unix seconds
) WITHOUT ROWID;

-- Batches that the warehouse refused, or that could not be read back. Kept until somebody decides.
CREATE TABLE IF NOT EXISTS quarantine (
    batch             INTEGER PRIMARY KEY,
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
CREATE TABLE IF NOT EXISTS ledger (
    project        TEXT PRIMARY KEY,
    accepted       INTEGER NOT NULL DEFAULT 0,
    spooled        INTEGER NOT NULL DEFAULT 0,
    loaded         INTEGER NOT NULL DEFAULT 0,
    quarantined    INTEGER NOT NULL DEFAULT 0,
    duplicates     INTEGER NOT NULL DEFAULT 0,
    erased         INTEGER NOT NULL DEFAULT 0,
    last_event_at  REAL    NOT NULL DEFAULT 0  -- when the newest was received, Unix seconds
);

-- Ids that this spool had before: what it loaded under them is in the warehouse, and in the archive.
CREATE TABLE IF NOT EXISTS former_ids (
    id          TEXT PRIMARY KEY,
    retired_at  REAL NOT NULL  -- Unix seconds
);

-- How the clock of the machine went while servers ran on this file: what is kept for a time is kept by this.
CREATE TABLE IF NOT EXISTS clock (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    state  BLOB NOT NULL  -- msgpack, see clock_watch.py
);

-- What went wrong with this spool and cannot be mended by itself. Shown until somebody has read it.
CREATE TABLE IF NOT EXISTS incidents (
    at    REAL NOT NULL,  -- Unix seconds
    what  TEXT NOT NULL
);
