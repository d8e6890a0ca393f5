"""The spool: the durable queue between the intake and the loader, one SQLite file on the local disk.

Invariants
    1. A request is answered 202 only after its batch is committed and fsynced (WAL, ``synchronous=FULL``).
    2. A batch leaves the spool only in the transaction that counts its events as loaded, duplicate or quarantined, and
       it is counted as loaded only after the warehouse and the archive hold it durably.
    3. A block is a range of batches that never changes once it is written down. It is written down before it is sent.
    4. One process has the file; its writer is the one thread that changes it.
    5. Batch and block numbers are never used twice, so (spool, batch, position) names an event for ever.
    6. Per project, ``accepted = loaded + spooled + quarantined + duplicates + erased`` after every transaction.

Failure rules
    * A commit that fails (full disk, I/O error, read-only) is never retried: after a failed fsync the kernel may have
      thrown the pages away and call them clean. All that waited for it are told (503), the file is closed and opened
      again, and SQLite's recovery decides what is in it. What a client was told 503 for may have been stored: it
      tries again, and an ``Idempotency-Key`` makes that safe.
    * The spool is bounded: past ``max_bytes``, or with less than ``reserve_bytes`` free on the disk, appends are
      refused (503) while the loader goes on draining it. Acknowledged batches are never evicted.
    * Every payload has a checksum. A batch that fails it is quarantined, its neighbours load. Where the file itself is
      malformed, nothing more is taken into it.
    * An older copy of the file may be put back. Before anything is loaded the warehouse is asked (see
      ``loading.recognition``); where it knows more blocks than this file, the file takes a new id.
    * What recovery left out of the write-ahead log, and what else cannot be mended, is an *incident*: written down,
      and shown until somebody has read it.

Modules
    ``schema.sql``, ``sql/``  the tables, and every statement on them
    ``batches``  batches and blocks, as they are put in and read back
    ``store``   the file: every statement on it
    ``archive``  loaded batches, kept for some days on the same disk: what the warehouse lost is loaded again from here
    ``ledger``  how many events of a project went where
    ``log_check``  does SQLite's recovery come as far as its log does?
    ``writer``  the one thread that writes it; requests that wait together share one fsync
"""

from audioscape_server.spool.archive import Archive
from audioscape_server.spool.batches import Block, NewBatch, Quarantined, StoredBatch
from audioscape_server.spool.ledger import LedgerLine
from audioscape_server.spool.store import Incident, Spool
from audioscape_server.spool.writer import SpoolWriter

__all__ = [
    "Archive",
    "Block",
    "Incident",
    "LedgerLine",
    "NewBatch",
    "Quarantined",
    "Spool",
    "SpoolWriter",
    "StoredBatch",
]
