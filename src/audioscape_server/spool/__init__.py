"""The spool: the durable queue between the intake and the loader, one SQLite file on the local disk.

Invariants
    1. A request is answered 202 only after its batch is committed and fsynced (WAL, ``synchronous=FULL``).
    2. A batch leaves the spool only in the transaction that counts its events as loaded, duplicate or quarantined, and
       it is counted as loaded only after the warehouse holds it durably.
    3. A block is a range of batches that never changes once it is written down. It is written down before it is sent.
    4. Batch and block numbers are never used twice, so (spool, batch, position) names an event for ever.
    5. Per project, ``accepted = loaded + spooled + quarantined + duplicates + erased`` after every transaction.

Failure rules
    * A commit that fails (full disk, I/O error, read-only) is never retried: after a failed fsync the kernel may have
      thrown the pages away and call them clean. All that waited for it are told (503), the file is closed and opened
      again, and SQLite's recovery decides what is in it. What a client was told 503 for may have been stored: it
      tries again, and an ``Idempotency-Key`` makes that safe.
    * The spool is bounded: past ``max_bytes``, or with less than ``reserve_bytes`` free on the disk, appends are
      refused (503) while the loader goes on draining it. Acknowledged batches are never evicted.
    * Every payload has a checksum. A batch that fails it is quarantined, its neighbours load.

Modules
    ``schema.sql``, ``sql/``  the tables, and every statement on them
    ``store``   the file: its batches and blocks
    ``ledger``  how many events of a project went where
    ``writer``  the one thread that writes it; requests that wait together share one fsync
"""

from audioscape_server.spool.ledger import LedgerLine
from audioscape_server.spool.store import Block, NewBatch, Quarantined, Spool, StoredBatch
from audioscape_server.spool.writer import SpoolWriter

__all__ = ["Block", "LedgerLine", "NewBatch", "Quarantined", "Spool", "SpoolWriter", "StoredBatch"]
