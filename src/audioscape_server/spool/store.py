"""The spool's file: every statement on it. One instance, one connection, one thread.

The writer's instance changes the file; readers of the same process (the loader, a status page) open their own,
read-only. Other processes cannot open it: what they want to know they ask the process that has it.
"""

from __future__ import annotations

import math
import os
import uuid
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import apsw
import msgspec
import zstandard

from audioscape_server.errors import ConfigurationError
from audioscape_server.spool.batches import Block, NewBatch, Packer, Quarantined, StoredBatch, WaitingBatch
from audioscape_server.spool.ledger import LedgerLine
from audioscape_server.spool.log_check import Log, read_log

#: Of the file. A file of an older format is brought up to it by ``migrations/``, one step a format.
FORMAT = 2
#: SQLite's way to the file: one process has it, and the index of its log lies in that process's memory. The index that
#: other ways keep in a shared file is a trap on a full disk: SQLite writes to it through a memory map, and where the
#: file system could not allocate a block of it, that ends the process (SIGBUS).
VFS = "unix-excl"
#: Seconds a reader waits while the file is being recovered or checkpointed.
BUSY_TIMEOUT_S = 5
#: Digits of an id that a copy keeps when it is renewed: all ids that begin with them are of one *lineage*.
LINEAGE_DIGITS = 16
#: Pages of write-ahead log after which a commit also checkpoints; 4 KiB each, so about 16 MiB.
CHECKPOINT_PAGES = 4_000
#: Seconds for which an event is known to a key that takes equal events for one: clients retry for minutes.
KNOWN_EVENTS_S = 6 * 3_600.0
FORGET_EVENTS_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong with this spool and cannot be mended by itself."""

    at: float
    """Unix seconds."""
    what: str


class Spool:
    """The spool's file, opened.

    Args:
        path: the file; the writer makes it when it is not there.
        now: Unix seconds, written down when the file is made.
        at_least: the least that the clock read in the last so many seconds, see `ClockWatch`.
        read_only: open a second connection that only reads; the file must be there.

    Raises:
        apsw.Error: the file cannot be opened or written.
        ConfigurationError: a newer server made it, or another process has it.
    """

    def __init__(
        self,
        path: Path,
        now: float = 0.0,
        *,
        at_least: Callable[[float], float] = lambda _: math.inf,
        read_only: bool = False,
    ) -> None:
        self.path = path
        self._at_least = at_least
        self._forgot_events_at = float("-inf")
        log = None if read_only else read_log(path)
        flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        # Any: apsw's own types leave the parameters of a statement partly unknown.
        self._db: Any = apsw.Connection(str(path), flags=flags, vfs=VFS)
        try:
            self._db.set_busy_timeout(BUSY_TIMEOUT_S * 1000)
            if not read_only:
                self._prepare(now, log)
            self._id = self._identify()
        except apsw.BusyError:
            self._db.close()
            raise ConfigurationError(
                f"{path} is in use by another process: the server that runs on this folder."
            ) from None
        except BaseException:
            self._db.close()
            raise

    @property
    def id(self) -> str:
        """Who this spool is: 32 hexadecimal digits. The second half changes when it turns out to be an older copy."""
        return self._id

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def _prepare(self, now: float, log: Log | None) -> None:
        self._db.pragma("journal_mode", "wal")
        self._db.pragma("synchronous", "full")
        lost = self._lost_of(log)
        self._db.wal_autocheckpoint(CHECKPOINT_PAGES)
        with self._db:
            self._migrate()
            self._db.execute(_text("schema.sql"))
            if self._run("identity").fetchone() is None:
                self._run("identity_create", (uuid.uuid4().hex, FORMAT, now))
            if lost:
                self.note(lost, now)

    def _lost_of(self, log: Log | None) -> str | None:
        """What recovery left out of the write-ahead log that was found beside the file; None for nothing that counts.

        One commit at its end may be torn: it was under way when the power went, and nobody was told of it.
        """
        if log is None:
            return None
        if not log.readable:
            return "The header of the spool's write-ahead log is damaged: what was in the log is lost."
        recovered = self._db.execute("PRAGMA wal_checkpoint(noop)").fetchone()[1]
        behind = log.commits_behind(recovered)
        if behind <= 1:
            return None
        return (
            f"The spool's write-ahead log is damaged: {behind} commits behind frame {recovered} could not be read. "
            f"All but the last of them had been acknowledged, and are lost."
        )

    def _migrate(self) -> None:
        """Bring a file of an older format up to this one, in the transaction that opens it."""
        if not self._db.table_exists(None, "spool"):
            return
        found = self._run("identity").fetchone()
        for step in _migrations():
            if found and found[1] < int(step[:4]):
                self._db.execute(_text("migrations", step))

    def _identify(self) -> str:
        spool_id, found = self._run("identity").fetchone()
        if found > FORMAT:
            raise ConfigurationError(
                f"{self.path} has spool format {found}, this server knows {FORMAT}: run the newer server, or restore a "
                "back-up made before the upgrade.",
            )
        if found < FORMAT:  # only a reader meets this: it changes nothing
            raise ConfigurationError(
                f"{self.path} has spool format {found}, this server needs {FORMAT}: start the server once, it upgrades."
            )
        return spool_id

    # What the writer does. Each is called inside `transaction`.

    def transaction(self) -> AbstractContextManager[Any]:
        """A context: all or nothing, durable when it has been left without an error."""
        return self._db

    def append(self, batches: Sequence[NewBatch]) -> None:
        """Add batches, and count their events as accepted and spooled, or as duplicates where they are known."""
        stored = [self._without_known_events(batch) if batch.event_digests else batch for batch in batches]
        self._run_each("append", (batch._asdict() for batch in stored if batch.events))
        accepted: Counter[str] = Counter()
        spooled: Counter[str] = Counter()
        newest: dict[str, float] = {}
        for batch, kept in zip(batches, stored, strict=True):
            accepted[batch.project] += batch.events
            spooled[batch.project] += kept.events
            newest[batch.project] = max(batch.received_at, newest.get(batch.project, 0.0))
        for project, count in accepted.items():
            kept = spooled[project]
            self._count(
                LedgerLine(
                    project, accepted=count, spooled=kept, duplicates=count - kept, last_event_at=newest[project]
                )
            )

    def _without_known_events(self, batch: NewBatch) -> NewBatch:
        """The batch without events that equal one of the last hours, or one before them in the batch."""
        if abs(batch.received_at - self._forgot_events_at) >= FORGET_EVENTS_EVERY_S:
            self._forgot_events_at = batch.received_at
            now = min(batch.received_at, self._at_least(KNOWN_EVENTS_S))
            self._run("known_events_forget", (now - KNOWN_EVENTS_S,))
        is_new: list[bool] = []
        for digest in batch.event_digests:
            if digest is not None:
                self._run("known_event_add", (digest, batch.received_at))
            is_new.append(digest is None or self._db.changes() == 1)
        if all(is_new):
            return batch
        events = msgspec.json.decode(zstandard.decompress(batch.payload), type=list[msgspec.Raw])
        content = msgspec.json.encode([event for event, new in zip(events, is_new, strict=True) if new])
        payload, checksum = Packer().pack(content)
        return batch._replace(
            events=sum(is_new), content_bytes=len(content), checksum=checksum, payload=payload, event_digests=()
        )

    def write_down(self, first_batch: int, last_batch: int, repeats: Iterable[int] = ()) -> Block:
        """Make a block of a range of batches; those among ``repeats`` will not be sent."""
        self._run_each("repeats_add", ((batch,) for batch in repeats))
        return Block(*self._run("block_write_down", (first_batch, last_batch)).fetchone())

    def postpone(self, batches: Iterable[int]) -> None:
        """Put batches behind all others, under new numbers: they are in no block then."""
        for batch in batches:
            self._run("batch_postpone", (batch,))
            self._run("batches_remove", (batch, batch))

    def postpone_repeats_of(self, batch: int) -> None:
        """A batch is bad: what was taken for its repeat is to be judged again, as if it had come just now."""
        repeats = [number for (number,) in self._run("repeats_of", (batch,)).fetchall()]
        self._run_each("repeats_remove", ((number, number) for number in repeats))
        self.postpone(repeats)

    def next_attempt(self, block: Block) -> Block:
        """Write down that a block is about to be sent once more."""
        return Block(*self._run("block_next_attempt", (block.block,)).fetchone())

    def split(self, block: Block, at: int) -> None:
        """Replace a block that the warehouse refused by two: the batches up to ``at``, and those after it."""
        self._run("block_remove", (block.block,))
        self.write_down(block.first_batch, at)
        self.write_down(at + 1, block.last_batch)

    def finish(self, block: Block) -> None:
        """The warehouse holds the block: its batches leave the spool, counted as loaded or duplicate."""
        batches = (block.first_batch, block.last_batch)
        for project, loaded, duplicates in self._run("block_totals", batches).fetchall():
            spooled = -(loaded + duplicates)
            self._count(LedgerLine(project, loaded=loaded, duplicates=duplicates, spooled=spooled))
        self._run("batches_remove", batches)
        self._run("repeats_remove", batches)
        self._run("block_remove", (block.block,))

    def quarantine(self, batch: int, reason: str, now: float) -> None:
        """Set a batch aside: it is not sent, and not lost."""
        project, events = self._run("quarantine_add", (reason, now, batch)).fetchone()
        self._run("batches_remove", (batch, batch))
        self._count(LedgerLine(project, quarantined=events, spooled=-events))

    def release(self, batch: int) -> bool:
        """Put a quarantined batch back in the queue, under a new number; says whether there was one."""
        released = self._run("quarantine_release", (batch,)).fetchone()
        if released is None:
            return False
        project, events = released
        self._run("quarantine_remove", (batch,))
        self._count(LedgerLine(project, quarantined=-events, spooled=events))
        return True

    def settle_repeat(self, batch: int) -> bool:
        """A batch in quarantine is loaded already: it leaves, counted as a repeat; says whether there was one."""
        found = self._run("quarantine_drop", (batch,)).fetchone()
        if found is None:
            return False
        project, events = found
        self._count(LedgerLine(project, quarantined=-events, duplicates=events))
        return True

    def drop(self, batch: int) -> int | None:
        """Give up a batch in quarantine: its events count as erased. Returns how many; None when there is no such."""
        dropped = self._run("quarantine_drop", (batch,)).fetchone()
        if dropped is None:
            return None
        project, events = dropped
        self._count(LedgerLine(project, quarantined=-events, erased=events))
        return events

    def renew(self, held: Iterable[int], former: Iterable[str], now: float) -> str:
        """Take a new identity, as this file is an older copy; returns the new id.

        Its numbers were given a second time by the history that the warehouse knows. So what waits here starts anew
        under an id of its own, but for what the warehouse holds already.

        Args:
            held: numbers of waiting batches that the warehouse holds under another id.
            former: ids of this lineage under which nobody loads any more: their past is this spool's now.
            now: Unix seconds.
        """
        self._id = self._id[:LINEAGE_DIGITS] + uuid.uuid4().hex[LINEAGE_DIGITS:]
        self._run_each("former_add", ((one, now) for one in former))
        self._run("renew", (self._id,))
        self._run("blocks_remove")
        self._run("repeats_clear")
        for batch in held:
            for project, events in self._run("batch_drop", (batch,)).fetchall():
                self._count(LedgerLine(project, spooled=-events))
        self._run("ledger_start")
        return self._id

    def prove_writable(self) -> None:
        """Write something that changes nothing."""
        self._run("prove_writable")

    def note(self, what: str, now: float) -> None:
        """Write down what went wrong, to be shown until somebody has read it."""
        self._run("incident_add", (now, what))

    def keep_clock(self, state: bytes) -> None:
        """Keep what is known of the clock."""
        self._run("clock_put", (state,))

    def clock(self) -> bytes | None:
        """What was known of the clock last; None where nothing was."""
        found = self._run("clock").fetchone()
        return found[0] if found else None

    def forget_incidents(self) -> None:
        """Somebody has read them."""
        self._run("incidents_remove")

    def _count(self, change: LedgerLine) -> None:
        self._run("ledger_add", asdict(change))

    # What readers ask.

    def snapshot(self) -> AbstractContextManager[Any]:
        """A context in which all questions are answered from one state of the file, whatever is committed meanwhile."""
        return self._db

    def former_ids(self) -> dict[str, float]:
        """The ids that this spool or a copy of it had before, and when they were retired here, Unix seconds."""
        return dict(self._run("former_ids"))

    def last_block(self) -> int:
        """The highest number that a block ever had; 0 for none."""
        return self._run("last_block").fetchone()[0]

    def last_batch(self) -> int:
        """The highest number that a batch ever had; 0 for none."""
        return self._run("last_batch").fetchone()[0]

    def first_waiting(self) -> int:
        """Every batch with a lower number has left the spool; none with this or a higher one was loaded for good."""
        return self._run("first_waiting").fetchone()[0]

    def all_waiting(self) -> list[WaitingBatch]:
        """Every waiting batch, in a block or not, oldest first."""
        return [WaitingBatch(*row) for row in self._run("all_waiting")]

    def accepted_since(self, batch: int) -> dict[str, int]:
        """How many events by project were accepted from this batch on, and wait."""
        return dict(self._run("accepted_since", (batch,)))

    def incidents(self) -> list[Incident]:
        """What went wrong and was not read yet, the first thing first."""
        return [Incident(*row) for row in self._run("incidents")]

    def quarantined_batch(self, batch: int) -> StoredBatch | None:
        """What a batch in quarantine holds."""
        found = self._run("quarantine_content", (batch,)).fetchone()
        return StoredBatch(*found) if found else None

    def open_blocks(self) -> list[Block]:
        """Blocks that were written down and are not finished, oldest first."""
        return [Block(*row) for row in self._run("blocks_open")]

    def waiting(self, max_events: int, max_bytes: int) -> list[WaitingBatch]:
        """Batches that are in no block yet, oldest first, up to a block's worth; one at least when any waits."""
        found: list[WaitingBatch] = []
        events = size = 0
        # Read batch by batch and no further: after an outage a hundred times as many wait as a block takes.
        cursor = self._run("waiting", (max_events,))
        for values in cursor:
            batch = WaitingBatch(*values)
            events += batch.events
            size += batch.content_bytes
            if found and (events > max_events or size > max_bytes):
                break
            found.append(batch)
        cursor.close()
        return found

    def batches_of(self, block: Block) -> list[StoredBatch]:
        """The batches of a block that are to be sent, in order."""
        return [StoredBatch(*row) for row in self._run("block_batches", (block.first_batch, block.last_batch))]

    def ledger(self) -> list[LedgerLine]:
        """Where the events of every project went."""
        return [LedgerLine(*row) for row in self._run("ledger")]

    def recount(self) -> dict[str, tuple[int, int]]:
        """Events that really lie here by project, (waiting, quarantined): what the ledger is checked against."""
        waiting: dict[str, int] = dict(self._run("recount_batches"))
        aside: dict[str, int] = dict(self._run("recount_quarantine"))
        return {project: (waiting.get(project, 0), aside.get(project, 0)) for project in waiting | aside}

    def quarantined(self) -> list[Quarantined]:
        """Every batch that was set aside, oldest first."""
        return [Quarantined(*row) for row in self._run("quarantine_list")]

    def oldest_received_at(self) -> float | None:
        """When the oldest waiting batch was received, Unix seconds; None when nothing waits."""
        found = self._run("oldest").fetchone()
        return found[0] if found else None

    def damage(self) -> str | None:
        """What is wrong with the file: SQLite's own check, then every batch's checksum; None for nothing. Reads it all.

        A damaged page may end the check itself; then that is what is wrong.
        """
        try:
            found = self._db.pragma("quick_check", 1)
            if found != "ok":
                return str(found)
            bad = [row[0] for row in self._run("checksums") if zlib.crc32(row[2]) != row[1]]
        except (apsw.CorruptError, apsw.NotADBError, apsw.IOError) as error:
            return str(error)
        return f"the checksum of batch {bad[0]} is wrong (and of {len(bad) - 1} more)" if bad else None

    def live_bytes(self) -> int:
        """Bytes of the file that hold something."""
        return self._run("live_bytes").fetchone()[0]

    def free_disk_bytes(self) -> int:
        """Bytes that are free on the disk of the file."""
        disk = os.statvfs(self.path.parent)
        return disk.f_bavail * disk.f_frsize

    def _run(self, name: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        return self._db.execute(_statement(name), parameters)

    def _run_each(self, name: str, parameters: Iterable[Sequence[Any] | Mapping[str, Any]]) -> None:
        self._db.executemany(_statement(name), parameters)


@cache
def _statement(name: str) -> str:
    return _text("sql", f"{name}.sql")


@cache
def _migrations() -> tuple[str, ...]:
    """The steps from one format to the next, by the format that each leads to."""
    return tuple(sorted(entry.name for entry in files("audioscape_server.spool").joinpath("migrations").iterdir()))


def _text(*path: str) -> str:
    return files("audioscape_server.spool").joinpath(*path).read_text("utf-8")
