"""The loader: drains the spool into the warehouse in immutable blocks, exactly once. The only writer of events.

The way of a block
    1. Batches that are in no block yet are cut into one (``cutter``). Those with an idempotency claim settle it first:
       the losers are marked as repeats and will not be sent.
    2. The block is written down in the spool, durably, before anything of it is sent.
    3. It is inserted, and counted: the warehouse must hold exactly as many of its events as the spool has.
    4. It is kept in the archive, durably.
    5. In one transaction its batches leave the spool and are counted as loaded (or as duplicates).

Steps 3 to 5, and what happens after any doubt, are in ``blocks``.

Before the first block
    The warehouse is opened and migrated, and the spool is recognised (``recognition``).

After the first blocks, and once a day
    What the warehouse lost while nobody looked is loaded again from this worker's archive (``repair``). That the
    rollups say what the events say is looked after once for all workers (``reconciliation``); a loader that starts, or
    that meets a part that cannot be read, asks for it.

When the warehouse is away
    The loader waits, longer each time up to :data:`MAX_BACKOFF_S`. The spool grows and nothing else notices.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import structlog
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server.control import Leases
from audioscape_server.errors import ServiceUnavailableError, SpoolUnavailableError
from audioscape_server.loading.blocks import Blocks
from audioscape_server.loading.check import Check
from audioscape_server.loading.cutter import Cutter
from audioscape_server.loading.publish import Publisher
from audioscape_server.loading.recognition import Recognition
from audioscape_server.loading.repair import Repair
from audioscape_server.spool import Spool, SpoolWriter
from audioscape_server.telemetry import Metrics
from audioscape_server.warehouse import Warehouse, WarehouseUnavailable

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
#: Looking at the lengths of tracks, which say what counts as completed, takes so much of the time at most; and there
#: are at least so many seconds from one look to the next.
JUDGE_SHARE = 0.05
MIN_JUDGE_S = 1.0
#: After a round the loader rests so many times as long as that took, within once and so many times the interval. A
#: block of 500 events costs half as much as one of 25,000: a busy core loads seldom and much, and a quiet one at once.
REST = 4
#: Seconds between two looks at what the warehouse lost.
MEND_EVERY_S = 86_400.0

_log = structlog.get_logger()


def rest_s(interval_s: float, took_s: float) -> float:
    """Seconds to rest after a round that took so long.

    Args:
        interval_s: the least; 0 = no rest at all.
        took_s: of the round.
    """
    return min(max(interval_s, REST * took_s), REST * interval_s)


class Loader:
    """Drains one spool, from a thread of its own.

    Args:
        spool_path: the spool's file, for reading.
        writer: changes the spool.
        warehouse: where blocks go; opened and migrated here when that has not happened yet.
        cutter: cuts waiting batches into blocks.
        publisher: tells other workers how this spool stands.
        leases: whether this process is the one that works on this spool.
        blocks: brings one block into the warehouse.
        recognition: tells an older copy of the spool.
        repair: loads again what the warehouse lost.
        rollups_may_differ: has them reconciled with the events soon, by whichever worker.
        check: says what could not be mended.
        metrics: what is counted.
        block_events: events in a block, about.
        interval_s: seconds between two small blocks, so that a quiet server does not make a part per request; more
            while they take long (`rest_s`).
        clock: Unix seconds.
    """

    def __init__(
        self,
        *,
        spool_path: Path,
        writer: SpoolWriter,
        warehouse: Warehouse,
        cutter: Cutter,
        publisher: Publisher,
        leases: Leases,
        blocks: Blocks,
        recognition: Recognition,
        repair: Repair,
        rollups_may_differ: Callable[[], None],
        check: Check,
        metrics: Metrics,
        block_events: int,
        interval_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._spool_path = spool_path
        self._writer = writer
        self._warehouse = warehouse
        self._cutter = cutter
        self._publisher = publisher
        self._leases = leases
        self._blocks = blocks
        self._recognition = recognition
        self._repair = repair
        self._rollups_may_differ = rollups_may_differ
        self._check = check
        self._metrics = metrics
        self._block_events = block_events
        self._interval_s = interval_s
        self._clock = clock
        self._prepared = False
        self._may_publish: bool | None = None
        """Whether its ledger may replace the one that is known; None as long as that was not asked for."""
        self._id = ""
        self._mended_at = 0.0
        self._judge_again_at = 0.0
        self._has_unjudged = True
        self._batches_arrived = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="loader", daemon=True)

    def start(self) -> None:
        """Start draining."""
        self._thread.start()

    def wake(self) -> None:
        """Say that batches arrived."""
        self._batches_arrived.set()

    @property
    def has_ended(self) -> bool:
        """Whether nothing is loaded any more."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Finish the block under way and end the thread; a block that takes too long is left in doubt."""
        self._stopping.set()
        self._batches_arrived.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)
        if not self._thread.is_alive():  # else its locks end with the process
            self._leases.give_up()

    def prepare(self) -> None:
        """Get ready to load, once; a server may be away for long before that succeeds.

        Raises:
            WarehouseUnavailable: it is away.
            ServiceUnavailableError: the spool or the control database is.
        """
        if self._prepared:
            return
        self._warehouse.open()
        self._warehouse.migrate()
        with closing(Spool(self._spool_path, read_only=True)) as spool:
            try:
                self._id = self._recognition.recognise(spool)
            except (apsw.CorruptError, apsw.NotADBError) as error:
                self._writer.report_damage(error)
                raise SpoolUnavailableError(f"the spool's file is damaged: {error}") from error
        # Under the id that it has now, and before its first block: a check on another node must know of the spool.
        self._publisher.publish_file(self._spool_path)
        self._prepared = self._may_publish = True

    def drain(self) -> None:
        """Load all that waits: first what an earlier run left in doubt, then new blocks.

        Raises:
            WarehouseUnavailable: it is away; whatever was under way is in doubt, and settled by the next call.
            ServiceUnavailableError: the spool or the control database is.
        """
        if self._prepared and not self._leases.hold(self._id):
            # The control database was started anew, and a process on a copy of this spool took the lock meanwhile.
            self._prepared = False
        self.prepare()
        with closing(Spool(self._spool_path, read_only=True)) as spool:
            for block in spool.open_blocks():
                self._blocks.settle(spool, block)
            newest = spool.last_batch()
            while not self._stopping.is_set() and (batches := spool.waiting(self._block_events, MAX_BLOCK_BYTES)):
                if block := self._cutter.cut(spool, batches):
                    self._blocks.load(spool, block)
                elif batches[0].batch > newest:
                    break  # postponed for the second time
                self._has_unjudged = True
                self._judge()  # in here too: a backlog takes long, and begins with tracks whose length nobody knows
                if sum(batch.events for batch in batches) < self._block_events // 2:
                    break  # the rest gathers until the next round, so that a steady trickle does not make tiny parts
            self._publisher.publish(spool)

    def tell_others(self) -> None:
        """While the warehouse is away: the others must hear what waits here.

        Raises:
            apsw.Error, SQLAlchemyError: the spool or the control database cannot be used.
        """
        if self._may_publish is None:
            with closing(Spool(self._spool_path, read_only=True)) as spool:
                self._may_publish = not self._recognition.is_surely_older(spool)
        if self._may_publish:
            self._publisher.publish_file(self._spool_path)
        else:
            self._publisher.hear_file(self._spool_path)

    def round(self) -> None:
        """Load all that waits, then judge and mend what is to be judged and mended.

        Raises:
            WarehouseUnavailable: as `drain`.
            ServiceUnavailableError: as `drain`.
        """
        self.drain()
        self._judge()
        self._mend()

    def _work(self) -> None:
        backoff = MIN_BACKOFF_S
        while not self._stopping.is_set():
            self._batches_arrived.clear()
            began = time.monotonic()
            try:
                self.round()
            except (WarehouseUnavailable, ServiceUnavailableError, SQLAlchemyError, OSError) as error:
                self._failed(error, backoff)
                backoff = min(backoff * 2, MAX_BACKOFF_S)
            except Exception as error:  # noqa: BLE001 - the thread must live: what it holds is acknowledged
                self._failed(error, MAX_BACKOFF_S)
            else:
                backoff = MIN_BACKOFF_S
                rest = rest_s(self._interval_s, time.monotonic() - began)
                self._batches_arrived.wait(IDLE_LOOK_S)
                self._stopping.wait(rest)

    def _judge(self) -> None:
        """Learn lengths and judge by them, soon after something new was loaded and not all the time."""
        # At the end it would be cut short, and the next start does it; and want of room must not end a drain.
        if self._stopping.is_set() or not self._warehouse.may_change():
            return
        started = time.monotonic()
        if self._has_unjudged and started >= self._judge_again_at:
            self._repair.judge_stops()
            self._has_unjudged = False
            ended = time.monotonic()
            self._judge_again_at = ended + max((ended - started) / JUDGE_SHARE, MIN_JUDGE_S)

    def _mend(self) -> None:
        """Load again what the warehouse lost: at the start, once a day, and when it set an unreadable part aside."""
        if self._stopping.is_set():
            return
        now = self._clock()
        if self._warehouse.met_unreadable_part():
            self._mended_at = 0.0
        if abs(now - self._mended_at) >= MEND_EVERY_S:
            self._repair.load_what_is_lost()
            if not self._mended_at:
                self._rollups_may_differ()
            with closing(Spool(self._spool_path, read_only=True)) as spool:
                self._recognition.close_former_ledgers(spool)
            for problem in self._check.missing():
                _log.error("the warehouse does not hold what was loaded, and the archive cannot mend it", what=problem)
            self._mended_at = now

    def _failed(self, error: Exception, backoff: float) -> None:
        self._metrics.load_failures.labels(type(error).__name__).inc()
        _log.warning("loading failed; nothing is lost, trying again", error=str(error)[:500], retry_in_s=backoff)
        with contextlib.suppress(ServiceUnavailableError, SQLAlchemyError, apsw.Error):
            self.tell_others()
        self._stopping.wait(backoff)
