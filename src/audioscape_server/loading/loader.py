"""The loader: drains the spool into the warehouse in immutable blocks, exactly once. The only writer of events.

The way of a block
    1. Batches that are in no block yet are cut into one. Those with an idempotency claim settle it first: the losers
       are marked as repeats and will not be sent.
    2. The block is written down in the spool, durably, before anything of it is sent.
    3. It is inserted, and counted: the warehouse must hold exactly as many of its events as the spool has.
    4. In one transaction its batches leave the spool and are counted as loaded (or as duplicates).

After any doubt
    A block that was written down and not finished may be in the warehouse wholly, partly or not at all: the process
    was killed, the insert timed out, the answer got lost. Its attempt is stopped, its events are counted; all there:
    done; none: it is sent; some: those are deleted and it is sent. The views that feed the rollups are not atomic with
    the base table, so the rollups of its days are compared with the base table, and rebuilt where they differ.
    (Insert tokens are a second line only: their log is not fsynced, and replay by token doubled blocks after power
    cuts.)

What the warehouse refuses
    A refused block is split until single batches are left; a batch that is refused twice is quarantined with the
    reason, everything else loads.

When the warehouse is away
    The loader waits, longer each time up to :data:`MAX_BACKOFF_S`. The spool grows and nothing else notices.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server.control import Claim, Claims, Ledgers, WarehouseLock
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.spool import Block, LedgerLine, Spool, SpoolWriter, StoredBatch
from audioscape_server.spool.store import WaitingBatch
from audioscape_server.telemetry import Metrics
from audioscape_server.warehouse import LoadBatch, Warehouse, WarehouseRefused, WarehouseUnavailable

#: Bytes of a block, unpacked, whatever its number of events: bounds the memory of a load. 100,000 common events are a
#: tenth of this.
MAX_BLOCK_BYTES = 64 * 1024 * 1024
#: Seconds between two tries while the warehouse is away: the first, and the longest.
MIN_BACKOFF_S = 0.5
MAX_BACKOFF_S = 15.0
#: Seconds that a block under way has to come to its end when the loader is stopped.
STOP_S = 8.0
#: Seconds after which the loader looks for batches even when nobody woke it.
IDLE_LOOK_S = 5.0
#: Days that can no longer change (events may be seven days late) are checked once more, this often.
RECONCILE_EVERY_S = 86_400
_FROZEN_DAYS_AGO = (9, 8)
_DAY_S = 86_400
#: How late an event may be accepted.
_LATEST_S = 7 * _DAY_S

_log = structlog.get_logger()


class _MiscountedError(Exception):
    """The warehouse took a block and holds another number of its events than were sent."""


class _Unreadable(NamedTuple):
    """A batch that can't be read back, and why."""

    stored: StoredBatch
    reason: str


class Loader:
    """Drains one spool, from a thread of its own.

    Args:
        spool_path: the spool's file, for reading.
        writer: changes the spool.
        warehouse: where blocks go; opened and migrated here when that has not happened yet.
        claims: who stored a batch first.
        ledgers: where this spool's ledger is published for other workers.
        lock: keeps inserts and repairs of several workers apart.
        metrics: what is counted.
        block_events: events in a block, about.
        interval_s: seconds between two small blocks, so that a quiet server does not make a part per request.
        clock: Unix seconds.
    """

    def __init__(
        self,
        *,
        spool_path: Path,
        writer: SpoolWriter,
        warehouse: Warehouse,
        claims: Claims,
        ledgers: Ledgers,
        lock: WarehouseLock,
        metrics: Metrics,
        block_events: int,
        interval_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._spool_path = spool_path
        self._writer = writer
        self._warehouse = warehouse
        self._claims = claims
        self._ledgers = ledgers
        self._lock = lock
        self._metrics = metrics
        self._block_events = block_events
        self._interval_s = interval_s
        self._clock = clock
        self._prepared = False
        self._published: list[LedgerLine] = []
        self._reconciled_at = 0.0
        self._rows_arrived = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="loader", daemon=True)

    def start(self) -> None:
        """Start draining."""
        self._thread.start()

    def wake(self) -> None:
        """Say that batches arrived."""
        self._rows_arrived.set()

    def stop(self) -> None:
        """Finish the block under way and end the thread; a block that takes too long is left in doubt."""
        self._stopping.set()
        self._rows_arrived.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def drain(self) -> None:
        """Load all that waits: first what an earlier run left in doubt, then new blocks.

        Raises:
            WarehouseUnavailable: it is away; whatever was under way is in doubt, and settled by the next call.
            ServiceUnavailableError: the spool or the control database is.
        """
        spool = Spool(self._spool_path, read_only=True)
        try:
            for block in spool.open_blocks():
                self._settle(spool, block)
            while not self._stopping.is_set() and (batches := spool.waiting(self._block_events, MAX_BLOCK_BYTES)):
                self._load(spool, self._cut(spool.id, batches))
                if sum(batch.events for batch in batches) < self._block_events // 2:
                    break  # the rest gathers until the next round, so that a steady trickle does not make tiny parts
            self._publish(spool)
        finally:
            spool.close()

    def _work(self) -> None:
        backoff = MIN_BACKOFF_S
        while not self._stopping.is_set():
            self._rows_arrived.clear()
            try:
                self._prepare()
                self.drain()
                self._reconcile()
            except (WarehouseUnavailable, ServiceUnavailableError, SQLAlchemyError, OSError) as error:
                self._failed(error, backoff)
                backoff = min(backoff * 2, MAX_BACKOFF_S)
            except Exception as error:  # noqa: BLE001 - the thread must live: what it holds is acknowledged
                self._failed(error, MAX_BACKOFF_S)
            else:
                backoff = MIN_BACKOFF_S
                self._rows_arrived.wait(IDLE_LOOK_S)
                self._stopping.wait(self._interval_s)

    def _publish(self, spool: Spool) -> None:
        lines = spool.ledger()
        if lines != self._published:
            self._ledgers.publish(spool.id, lines)
            self._published = lines

    def _prepare(self) -> None:
        """Open and migrate the warehouse, once; a server may be away for long before that succeeds."""
        if not self._prepared:
            self._warehouse.open()
            self._warehouse.migrate()
            self._prepared = True

    def _failed(self, error: Exception, backoff: float) -> None:
        self._metrics.load_failures.labels(type(error).__name__).inc()
        _log.warning("loading failed; nothing is lost, trying again", error=str(error)[:500], retry_in_s=backoff)
        self._stopping.wait(backoff)

    def _cut(self, spool_id: str, batches: Sequence[WaitingBatch]) -> Block:
        repeats = self._settle_claims(spool_id, batches)
        return self._writer.run(lambda stored: stored.write_down(batches[0].batch, batches[-1].batch, repeats))

    def _settle_claims(self, spool_id: str, batches: Sequence[WaitingBatch]) -> set[int]:
        wanted = [
            Claim(batch.key_digest, batch.body_digest, batch.batch)
            for batch in batches
            if batch.key_digest and batch.body_digest
        ]
        if not wanted:
            return set()
        outcome = self._claims.settle(spool_id, wanted)
        self._metrics.misused_keys.inc(outcome.misused)
        self._metrics.duplicates.inc(sum(batch.events for batch in batches if batch.batch in outcome.repeats))
        return outcome.repeats

    def _load(self, spool: Spool, block: Block, *, last_try: bool = False) -> None:
        """Load a block of which the warehouse holds nothing."""
        batches, unreadable = _read(spool, block)
        self._set_all_aside(unreadable)
        try:
            with self._lock.shared():
                self._send(spool.id, block, batches)
                self._finish(block, batches)
                # Under the lock: a check on another node must not see the events and not the ledger.
                self._publish(spool)
        except (WarehouseRefused, _MiscountedError) as error:
            self._isolate(spool, block, batches, error, last_try=last_try)

    def _settle(self, spool: Spool, block: Block) -> None:
        """Bring a block in doubt to its end."""
        batches, unreadable = _read(spool, block)
        _log.info("settling a block in doubt", block=block.block, attempt=block.attempt, batches=len(batches))
        try:
            with self._lock.exclusive():
                self._warehouse.stop_attempt(spool.id, block.block, block.attempt)
                if unreadable:
                    self._take_back(spool.id, block, unreadable, batches)
                if batches:
                    self._send_again(spool.id, block, batches)
                    self._repair(_days(batches))
                self._finish(block, batches)
        except (WarehouseRefused, _MiscountedError) as error:
            self._isolate(spool, block, batches, error)

    def _send(self, spool_id: str, block: Block, batches: Sequence[LoadBatch]) -> None:
        if not batches:
            return
        self._warehouse.insert_block(spool_id, block.block, block.attempt, batches)
        found = self._count(spool_id, block, batches)
        if found != _events(batches):
            raise _MiscountedError(f"sent {_events(batches)} events, the warehouse holds {found}")

    def _send_again(self, spool_id: str, block: Block, batches: Sequence[LoadBatch]) -> None:
        found = self._count(spool_id, block, batches)
        if found == _events(batches):
            return
        if found:
            self._warehouse.delete_block(spool_id, block.block, *_received(batches))
        self._send(spool_id, self._writer.run(lambda stored: stored.next_attempt(block)), batches)

    def _count(self, spool_id: str, block: Block, batches: Sequence[LoadBatch]) -> int:
        return self._warehouse.count_block(spool_id, block.block, *_received(batches))

    def _finish(self, block: Block, batches: Sequence[LoadBatch]) -> None:
        self._writer.run(lambda stored: stored.finish(block))
        self._metrics.loaded.inc(_events(batches))

    def _isolate(
        self,
        spool: Spool,
        block: Block,
        batches: Sequence[LoadBatch],
        error: Exception,
        *,
        last_try: bool = False,
    ) -> None:
        """Take a refused block out of the warehouse, and find the batch that it is refused for by halves.

        A single batch gets one more try before it is set aside: a fault that passes may have looked like a bad batch.
        """
        with self._lock.exclusive():
            self._warehouse.delete_block(spool.id, block.block, *_received(batches))
            self._repair(_days(batches))
        if len(batches) == 1 and not last_try:
            self._load(spool, self._writer.run(lambda stored: stored.next_attempt(block)), last_try=True)
            return
        if len(batches) == 1:
            self._set_aside(batches[0].batch, batches[0].count, str(error))
            self._finish(block, ())
            return
        middle = batches[(len(batches) - 1) // 2].batch
        self._writer.run(lambda stored: stored.split(block, middle))
        for half in spool.open_blocks():
            if block.first_batch <= half.first_batch <= block.last_batch:
                self._load(spool, half)

    def _take_back(
        self,
        spool_id: str,
        block: Block,
        unreadable: Sequence[_Unreadable],
        batches: Sequence[LoadBatch],
    ) -> None:
        """Batches of a block in doubt went bad on the disk: what of them was sent is deleted before they are set aside.

        Nobody can tell their days any more, so every day is looked at that they may have had.
        """
        received = _received([*(one.stored for one in unreadable), *batches])
        self._warehouse.delete_block(spool_id, block.block, *received)
        self._repair(_possible_days(*received))
        self._set_all_aside(unreadable)

    def _set_all_aside(self, unreadable: Sequence[_Unreadable]) -> None:
        for stored, reason in unreadable:
            self._set_aside(stored.batch, stored.events, reason)

    def _set_aside(self, batch: int, events: int, reason: str) -> None:
        now = self._clock()
        self._writer.run(lambda stored: stored.quarantine(batch, reason[:1_000], now))
        self._metrics.quarantined.inc(events)
        _log.error("events set aside in quarantine", batch=batch, events=events, reason=reason[:500])

    def _repair(self, days: Sequence[date]) -> None:
        for difference in self._warehouse.repair_days(days):
            _log.warning("rollup rebuilt", rollup=difference.rollup, day=str(difference.day))

    def _reconcile(self) -> None:
        """Compare the rollups of days that can no longer change with the base table, once a day."""
        now = self._clock()
        if now - self._reconciled_at < RECONCILE_EVERY_S:
            return
        with self._lock.exclusive():
            self._repair([_day(now - ago * _DAY_S) for ago in _FROZEN_DAYS_AGO])
        self._reconciled_at = now


def _read(spool: Spool, block: Block) -> tuple[list[LoadBatch], list[_Unreadable]]:
    """The batches of a block as the warehouse takes them, and those that can't be read back."""
    batches: list[LoadBatch] = []
    unreadable: list[_Unreadable] = []
    for stored in spool.batches_of(block):
        try:
            batches.append(_spool_batch(stored))
        except ValueError as error:
            unreadable.append(_Unreadable(stored, str(error)))
    return batches, unreadable


def _spool_batch(stored: StoredBatch) -> LoadBatch:
    return LoadBatch(
        batch=stored.batch,
        project=stored.project,
        key=stored.key,
        universe=stored.universe,
        place=stored.place,
        received_at=stored.received_at,
        count=stored.events,
        events=stored.content(),
    )


def _events(batches: Sequence[LoadBatch]) -> int:
    return sum(batch.count for batch in batches)


def _received(batches: Sequence[LoadBatch | StoredBatch]) -> tuple[float, float]:
    return min(batch.received_at for batch in batches), max(batch.received_at for batch in batches)


def _days(batches: Sequence[LoadBatch]) -> list[date]:
    """The UTC days of the events themselves: what a rollup may hold although the base table does not."""
    days: set[date] = set()
    for batch in batches:
        try:
            days.update(_day(event[2]) for event in msgspec.json.decode(batch.events))
        except (msgspec.MsgspecError, TypeError, LookupError, ValueError):
            continue  # the batch is about to be refused for just that
    return sorted(days)


def _possible_days(first_received: float, last_received: float) -> list[date]:
    """The UTC days that events received in this interval may have: late ones, those ahead, and a day for safety."""
    first, last = first_received - _LATEST_S - _DAY_S, last_received + _DAY_S
    return [_day(first + days * _DAY_S) for days in range(int((last - first) // _DAY_S) + 1)]


def _day(timestamp: float) -> date:
    return datetime.fromtimestamp(timestamp, UTC).date()
