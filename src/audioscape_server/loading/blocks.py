"""One block on its way into the warehouse, exactly once.

A block that was written down and not finished may be in the warehouse wholly, partly or not at all: the process was
killed, the insert timed out, the answer got lost. So, after any doubt, whatever may still be on its way is shut out
(``alone``), and the block's events are counted. All there: done; none: it is sent; some: those are deleted and it is
sent. The views that feed the rollups are not atomic with the base table, so the rollups of its days are compared with
the base table, and rebuilt where they differ. (Insert tokens are a second line only: their log is not fsynced, and
replay by token doubled blocks after power cuts.)

A block is finished in two steps: first it is kept in the archive, then its batches leave the spool. Dying between the
two archives it twice, which is harmless.

A block that the warehouse refuses is split until single batches are left; a batch that is refused twice is quarantined
with the reason, everything else loads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import apsw
import msgspec
import structlog

from audioscape_server.control import Claim, Claims, WarehouseLock
from audioscape_server.errors import SpoolUnavailableError
from audioscape_server.failpoints import failpoint
from audioscape_server.loading.alone import alone
from audioscape_server.loading.publish import Publisher
from audioscape_server.spool import Archive, Block, Spool, SpoolWriter, StoredBatch
from audioscape_server.telemetry import Metrics
from audioscape_server.warehouse import LoadBatch, Warehouse, WarehouseRefused

_DAY_S = 86_400
#: How late an event may be accepted.
_LATEST_S = 7 * _DAY_S

_log = structlog.get_logger()


class MiscountedError(Exception):
    """The warehouse took a block and holds another number of its events than were sent."""


class _Unreadable(NamedTuple):
    """A batch that can't be read back, and why."""

    stored: StoredBatch
    reason: str


class _Read(NamedTuple):
    """A block, read back from the spool."""

    stored: list[StoredBatch]
    """Those that are to be sent."""
    batches: list[LoadBatch]
    """The same, as the warehouse takes them."""
    unreadable: list[_Unreadable]


class Blocks:
    """Sends the blocks of one spool. Belongs to the loader's thread.

    Args:
        writer: changes the spool.
        warehouse: where blocks go.
        archive: where they are kept before they leave the spool.
        claims: who stored a batch first.
        lock: keeps inserts and repairs of several workers apart.
        metrics: what is counted.
        publisher: tells other workers that a block left the spool.
        clock: Unix seconds.
    """

    def __init__(
        self,
        *,
        writer: SpoolWriter,
        warehouse: Warehouse,
        archive: Archive,
        claims: Claims,
        lock: WarehouseLock,
        metrics: Metrics,
        publisher: Publisher,
        clock: Callable[[], float],
    ) -> None:
        self._writer = writer
        self._warehouse = warehouse
        self._archive = archive
        self._claims = claims
        self._lock = lock
        self._metrics = metrics
        self._publisher = publisher
        self._clock = clock

    def load(self, spool: Spool, block: Block, *, last_try: bool = False) -> None:
        """Load a block of which the warehouse holds nothing.

        Raises:
            WarehouseUnavailable: the block is in doubt; `settle` brings it to its end.
            ServiceUnavailableError, OSError: the spool or the archive cannot be written; likewise.
        """
        read = self._read(spool, block)
        self._set_all_aside(spool.id, read.unreadable)
        try:
            with self._lock.shared():
                self._send(spool.id, block, read.batches)
                self._finish(spool, block, read)
        except (WarehouseRefused, MiscountedError) as error:
            self._isolate(spool, block, read, error, last_try=last_try)

    def settle(self, spool: Spool, block: Block) -> None:
        """Bring a block in doubt to its end. Raises as `load` does."""
        self._leave_to_others(spool, block)
        read = self._read(spool, block)
        _log.info("settling a block in doubt", block=block.block, attempt=block.attempt, batches=len(read.batches))
        try:
            with alone(self._lock, self._warehouse):
                if read.unreadable:
                    self._take_back(spool.id, block, read)
                if read.batches:
                    self._send_again(spool.id, block, read.batches)
                    self._repair(days_of(read.batches))
                self._finish(spool, block, read)
        except (WarehouseRefused, MiscountedError) as error:
            self._isolate(spool, block, read, error)

    def _leave_to_others(self, spool: Spool, block: Block) -> None:
        """Take batches out of the block that another one has claimed since: they wait, as repeats do.

        An older control database was put back, without the claims of this block, and a repeat on another node was
        faster than this node's start.
        """
        wanted = [
            Claim(one.key_digest, one.body_digest, one.batch)
            for one in self._read(spool, block).stored
            if one.key_digest and one.body_digest
        ]
        others = sorted(self._claims.settle(spool.id, wanted).repeats) if wanted else []
        if not others:
            return
        with alone(self._lock, self._warehouse):
            for batch in others:
                self._repair(self._warehouse.delete_batch(spool.id, batch))
        self._writer.run(lambda stored: stored.postpone(others))

    def _read(self, spool: Spool, block: Block) -> _Read:
        """The batches of a block, and those that can't be read back."""
        read = _Read([], [], [])
        try:
            found = spool.batches_of(block)
        except (apsw.CorruptError, apsw.NotADBError) as error:
            self._writer.report_damage(error)
            raise SpoolUnavailableError(f"the spool's file is damaged: {error}") from error
        for stored in found:
            try:
                read.batches.append(_load_batch(stored))
            except ValueError as error:
                read.unreadable.append(_Unreadable(stored, str(error)))
            else:
                read.stored.append(stored)
        return read

    def _send(self, spool_id: str, block: Block, batches: Sequence[LoadBatch]) -> None:
        if not batches:
            return
        failpoint("loader.before_insert")
        self._warehouse.insert_block(spool_id, block.block, block.attempt, batches)
        failpoint("loader.after_insert")
        found = self._count(spool_id, block, batches)
        if found != _events(batches):
            raise MiscountedError(f"sent {_events(batches)} events, the warehouse holds {found}")

    def _send_again(self, spool_id: str, block: Block, batches: Sequence[LoadBatch]) -> None:
        found = self._count(spool_id, block, batches)
        if found == _events(batches):
            return
        if found:
            self._delete(spool_id, block, batches)
        self._send(spool_id, self._writer.run(lambda stored: stored.next_attempt(block)), batches)

    def _count(self, spool_id: str, block: Block, batches: Sequence[LoadBatch]) -> int:
        return self._warehouse.count_block(spool_id, block.block, *_received(batches), _range(block))

    def _delete(self, spool_id: str, block: Block, batches: Sequence[LoadBatch | StoredBatch]) -> None:
        self._warehouse.delete_block(spool_id, block.block, *_received(batches), _range(block))

    def _finish(self, spool: Spool, block: Block, read: _Read) -> None:
        failpoint("loader.before_archive")
        if read.unreadable and not read.stored:
            self._archive.void(spool.id, block.block)
        self._archive.append(spool.id, block.block, read.stored, [batch.events for batch in read.batches])
        failpoint("loader.before_finish")
        self._writer.run(lambda stored: stored.finish(block))
        failpoint("loader.after_finish")
        self._metrics.loaded.inc(_events(read.batches))
        self._metrics.traffic.loaded((one.project, one.received_at, one.count) for one in read.batches)
        # Under the lock: a check on another node must not see the events and not the ledger.
        self._publisher.publish(spool)

    def _isolate(self, spool: Spool, block: Block, read: _Read, error: Exception, *, last_try: bool = False) -> None:
        """Take a refused block out of the warehouse, and find the batch that it is refused for by halves.

        A single batch gets one more try before it is set aside: a fault that passes may have looked like a bad batch.
        """
        batches = read.batches
        with alone(self._lock, self._warehouse):
            self._delete(spool.id, block, batches)
            self._repair(days_of(batches))
        if len(batches) > 1 or last_try:
            self._archive.void(spool.id, block.block)
        if len(batches) == 1 and not last_try:
            self.load(spool, self._writer.run(lambda stored: stored.next_attempt(block)), last_try=True)
            return
        if len(batches) == 1:
            self._set_aside(batches[0].batch, batches[0].count, str(error))
            self._finish(spool, block, _Read([], [], []))
            return
        middle = batches[(len(batches) - 1) // 2].batch
        self._writer.run(lambda stored: stored.split(block, middle))
        for half in spool.open_blocks():
            if block.first_batch <= half.first_batch <= block.last_batch:
                self.load(spool, half)

    def _take_back(self, spool_id: str, block: Block, read: _Read) -> None:
        """Batches of a block in doubt went bad on the disk: what of it was sent is deleted before they are set aside.

        Nobody can tell their days any more, so every day is looked at that they may have had.
        """
        all_of_it = [*(one.stored for one in read.unreadable), *read.batches]
        self._delete(spool_id, block, all_of_it)
        self._repair(_possible_days(*_received(all_of_it)))
        self._set_all_aside(spool_id, read.unreadable)

    def _set_all_aside(self, spool_id: str, unreadable: Sequence[_Unreadable]) -> None:
        """Their claims are given up before: what can't be read will never be loaded, but a repeat of it can."""
        if unreadable:
            self._claims.give_up(spool_id, [one.stored.batch for one in unreadable])
        for stored, reason in unreadable:
            bad = stored.batch
            self._writer.run(lambda spool, bad=bad: spool.postpone_repeats_of(bad))
            self._set_aside(bad, stored.events, reason)

    def _set_aside(self, batch: int, events: int, reason: str) -> None:
        now = self._clock()
        self._writer.run(lambda stored: stored.quarantine(batch, reason[:1_000], now))
        self._metrics.quarantined.inc(events)
        _log.error("events set aside in quarantine", batch=batch, events=events, reason=reason[:500])

    def _repair(self, days: Sequence[date]) -> None:
        for difference in self._warehouse.repair_days(days):
            _log.warning("rollup rebuilt", rollup=difference.rollup, day=str(difference.day))


def days_of(batches: Sequence[LoadBatch]) -> list[date]:
    """The UTC days of the events themselves: what a rollup may hold although the base table does not."""
    days: set[date] = set()
    for batch in batches:
        try:
            days.update(_day(event[2]) for event in msgspec.json.decode(batch.events))
        except (msgspec.MsgspecError, TypeError, LookupError, ValueError):
            continue  # the batch is about to be refused for just that
    return sorted(days)


def _load_batch(stored: StoredBatch) -> LoadBatch:
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


def _range(block: Block) -> tuple[int, int]:
    return block.first_batch, block.last_batch


def _possible_days(first_received: float, last_received: float) -> list[date]:
    """The UTC days that events received in this interval may have: late ones, those ahead, and a day for safety."""
    first, last = first_received - _LATEST_S - _DAY_S, last_received + _DAY_S
    return [_day(first + days * _DAY_S) for days in range(int((last - first) // _DAY_S) + 1)]


def _day(timestamp: float) -> date:
    return datetime.fromtimestamp(timestamp, UTC).date()
