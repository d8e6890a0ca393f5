"""The one thread that writes the spool. Requests that wait together share one fsync.

While a commit is under way, new batches gather; they go into the next one together. So an idle server answers after one
fsync, and a busy one makes one fsync serve dozens of requests.

Everything that changes the file goes through here, the loader's changes too (:meth:`SpoolWriter.run`): SQLite has one
writer at a time anyway, and so nobody ever meets a locked file.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

import apsw
import structlog

from audioscape_server.durable import why_disk_fails
from audioscape_server.errors import ConfigurationError, SpoolUnavailableError
from audioscape_server.failpoints import failpoint
from audioscape_server.spool.batches import NewBatch
from audioscape_server.spool.store import Spool

T = TypeVar("T")
#: Batches that may wait for a commit at once. Past that the disk is too slow, and requests are refused (503).
MAX_WAITING = 4_096
#: Bytes of batches that may wait for a commit at once, whatever their number.
MAX_WAITING_BYTES = 64 * 1024 * 1024
#: Seconds that a request waits for its commit. Past that it is answered 503, although its batch may still be stored: a
#: disk that hangs must not hold up clients, and a retry with an Idempotency-Key is safe.
COMMIT_S = 10.0
#: Seconds that another change waits for its commit.
CHANGE_S = 60.0
#: Seconds that the thread may take to end when it is stopped: one that hangs in the disk is left behind.
STOP_S = 5.0
#: Seconds between two looks at the disk's free space and the file's size.
LOOK_S = 0.5
#: Seconds between two writes that prove to a quiet server that its disk still takes one.
PROVE_S = 10.0
#: Seconds until a file that was found malformed is read again, the first time, and the most. One read that fails is
#: enough for SQLite to call a file malformed, and the file may be whole when the disk reads again.
RECHECK_S = 5.0
MAX_RECHECK_S = 300.0
#: Reading it again takes so much of the time at most.
RECHECK_SHARE = 0.05

_log = structlog.get_logger()


class _Waiting(NamedTuple):
    """A batch, and the request that waits for it."""

    batch: NewBatch
    request: asyncio.Future[None]


class _Change(NamedTuple):
    """Another change of the spool, and who waits for it."""

    change: Callable[[Spool], Any]
    done: Future[Any]


class SpoolWriter:
    """Writes the spool from its own thread. Batches come from one event loop, other changes from any thread.

    Args:
        path: the spool's file.
        max_bytes: refuse batches while the file holds more than this.
        reserve_bytes: refuse batches while less than this is free on the disk, so that the loader can still drain.
        on_batches: called after batches were committed, in the writer's thread: wakes the loader.
        clock: Unix seconds.
        at_least: the least that the clock read in the last so many seconds, see `ClockWatch`.
    """

    def __init__(
        self,
        path: Path,
        *,
        max_bytes: int,
        reserve_bytes: int,
        on_batches: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
        at_least: Callable[[float], float] = lambda _: math.inf,
    ) -> None:
        self._path = path
        self._at_least = at_least
        self._max_bytes = max_bytes
        self._reserve_bytes = reserve_bytes
        self._on_batches = on_batches
        self._clock = clock
        self._spool: Spool | None = None
        self._gathered: list[_Waiting] = []
        self._queue: SimpleQueue[list[_Waiting] | _Change | None] = SimpleQueue()
        self._waiting = 0
        self._waiting_bytes = 0
        self._busy_since: float | None = None
        self._damage: str | None = None
        self._recheck_s = RECHECK_S
        self._recheck_at = 0.0
        self.first_batch = 1
        """The number of the first batch that this process takes in."""
        self._stopped = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="spool-writer", daemon=True)
        self._full: str | None = None
        self._broken: str | None = None
        self._looked_at = float("-inf")
        self._proved_at = time.monotonic()

    def start(self) -> str:
        """Open the spool and start writing; returns the spool's id.

        Raises:
            ConfigurationError: the file cannot be opened or written; the text says why.
        """
        try:
            self._spool = Spool(self._path, self._clock(), at_least=self._at_least)
        except (apsw.CorruptError, apsw.NotADBError) as error:
            if fails := why_disk_fails(self._path.parent):
                raise ConfigurationError(f"The spool's file {self._path} cannot be read: {fails}.") from None
            raise ConfigurationError(
                f"The spool's file {self._path} is damaged ({error}). What is loaded is safe in the warehouse and in "
                "the archive; what waited in this file is not. Restore the file from a back-up, or move it aside to "
                "start with an empty one.",
            ) from None
        except (apsw.Error, OSError) as error:
            raise ConfigurationError(f"The spool's file {self._path} cannot be opened and written: {error}.") from None
        self.first_batch = self._spool.last_batch() + 1
        self._thread.start()
        return self._spool.id

    def stop(self) -> None:
        """Write what waits, close the file and end the thread. Later batches are refused."""
        self._stopped = True
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(STOP_S)
            if self._thread.is_alive():
                _log.error("the spool's writer hangs in the disk and is left behind; nothing acknowledged is lost")

    def why_refusing(self) -> str | None:
        """Why a batch would be refused now, in words; None when it would be taken. For readiness; asks no disk."""
        busy_since = self._busy_since
        if self._stopped:
            return "the server is stopping"
        if self._damage:
            return f"the spool's file is damaged: {self._damage}"
        if busy_since is not None and time.monotonic() - busy_since > COMMIT_S:
            return f"the disk has not answered for {COMMIT_S:.0f} s"
        return self._full or self._broken

    def report_damage(self, error: Exception) -> None:
        """A reader found the file malformed: nothing more is taken into it, as nothing of it may load.

        On a disk that fails nothing is said of the file: it may be whole when the disk is back. So it may be where the
        disk failed for a moment: it is read again, all of it, and is taken for damaged until it is found sound.
        """
        if self._damage is not None:
            return
        if fails := why_disk_fails(self._path.parent):
            self._broken = f"the spool cannot be written: {fails}"
        else:
            self._recheck_at = time.monotonic() + self._recheck_s
            self._damage = str(error)
            _log.error("the spool's file is damaged; requests are answered 503 until it is mended", error=str(error))

    async def append(self, batch: NewBatch) -> None:
        """Store one request's events. When this returns they are on the disk.

        Raises:
            SpoolUnavailableError: they are not, or it cannot be known; the client is to try again.
        """
        size = len(batch.payload)
        if (
            self._stopped
            or self._damage
            or self._waiting >= MAX_WAITING
            or self._waiting_bytes + size > MAX_WAITING_BYTES
        ):
            raise SpoolUnavailableError
        loop = asyncio.get_running_loop()
        request = loop.create_future()
        if not self._gathered:
            # All requests that the loop handles in this round are handed over together: one commit for all.
            loop.call_soon(self._hand_over)
        self._gathered.append(_Waiting(batch, request))
        self._waiting += 1
        self._waiting_bytes += size
        try:
            async with asyncio.timeout(COMMIT_S):
                await request
        except TimeoutError:
            raise SpoolUnavailableError from None
        finally:
            self._waiting -= 1
            self._waiting_bytes -= size

    def run(self, change: Callable[[Spool], T]) -> T:
        """Change the spool in a transaction of its own, and wait until that is durable. Not for the event loop.

        Raises:
            SpoolUnavailableError: it could not be written.
        """
        if self._stopped:
            raise SpoolUnavailableError
        done: Future[T] = Future()
        self._put(_Change(change, done))
        try:
            return done.result(CHANGE_S)
        except TimeoutError:
            raise SpoolUnavailableError from None

    def _hand_over(self) -> None:
        gathered, self._gathered = self._gathered, []
        self._put(gathered)

    def _put(self, work: list[_Waiting] | _Change) -> None:
        self._queue.put(work)
        if self._ended.is_set():  # the thread may have looked into the queue for the last time before this came
            self._refuse_the_rest()

    def _work(self) -> None:
        going = True
        while going:
            work = self._next_work()
            going = None not in work
            self._busy_since = time.monotonic()
            waiting = [one for group in work if isinstance(group, list) for one in group]
            if waiting:
                error: Exception | None = SpoolUnavailableError()
                try:
                    error = self._commit_batches([one.batch for one in waiting])
                finally:
                    _settle(waiting, error)
            for one in work:
                if isinstance(one, _Change):
                    self._commit_change(*one)
            if going and not waiting and time.monotonic() - self._looked_at >= LOOK_S:
                self._look()
            self._busy_since = None
        self._ended.set()
        self._refuse_the_rest()
        self._close()

    def _next_work(self) -> list[list[_Waiting] | _Change | None]:
        """All that came while the last commit was under way: it goes into the next one. Nothing, after `LOOK_S`."""
        work: list[list[_Waiting] | _Change | None] = []
        with contextlib.suppress(Empty):
            work.append(self._queue.get(timeout=LOOK_S))
            while True:
                work.append(self._queue.get_nowait())
        return work

    def _look(self) -> None:
        """While no batches come: see whether there is room, whether the disk takes a write, whether a failed one does.

        The loader's changes say nothing of that: one that finds nothing to do writes nothing.
        """
        if self._damage is not None:
            self._look_at_the_damage()
            return
        try:
            self._look_for_room(self._opened())
            if self._broken or (not self._full and time.monotonic() - self._proved_at >= PROVE_S):
                self._proved_at = time.monotonic()
                self._changed(Spool.prove_writable)
                if self._broken:
                    self._broken = None
                    _log.info("spool can be written again")
        except (apsw.Error, OSError) as error:
            self._reopen_after(error)

    def _look_at_the_damage(self) -> None:
        """Read the whole file again by a connection of its own: what was read before may not be what is there."""
        began = time.monotonic()
        if began < self._recheck_at:
            return
        self._close()
        try:
            with contextlib.closing(Spool(self._path, read_only=True)) as spool:
                damage = spool.damage()
        except (apsw.Error, OSError, ConfigurationError) as error:
            damage = str(error)
        ended = time.monotonic()
        # Never sooner again than this time: a file that is called damaged again and again is read ever more seldom.
        self._recheck_s = min(2 * self._recheck_s, MAX_RECHECK_S)
        self._recheck_at = ended + max(self._recheck_s, (ended - began) / RECHECK_SHARE)
        if damage is None:
            self._damage = None
            _log.info("the spool's file was read again and is sound; requests are taken again")

    def _refuse_the_rest(self) -> None:
        """What was asked for while the thread was ending must not wait for ever."""
        with contextlib.suppress(Empty):
            while True:
                left = self._queue.get_nowait()
                if isinstance(left, list):
                    _settle(left, SpoolUnavailableError())
                elif left is not None:
                    left.done.set_exception(SpoolUnavailableError())

    def _commit_batches(self, batches: list[NewBatch]) -> Exception | None:
        try:
            spool = self._opened()
            self._require_room(spool)
            with spool.transaction():
                spool.append(batches)
                failpoint("spool.before_commit")
            failpoint("spool.after_commit")
        except SpoolUnavailableError as error:
            return error
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread must live and its requests be answered
            self._reopen_after(error)
            return SpoolUnavailableError()
        self._broken = None
        self._on_batches()
        return None

    def _commit_change(self, change: Callable[[Spool], Any], done: Future[Any]) -> None:
        try:
            done.set_result(self._changed(change))
        except (apsw.Error, OSError) as error:
            self._reopen_after(error)
            done.set_exception(SpoolUnavailableError())
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked for the change
            done.set_exception(error)

    def _changed(self, change: Callable[[Spool], T]) -> T:
        spool = self._opened()
        with spool.transaction():
            result = change(spool)
        return result  # noqa: RET504 - only once the transaction is durable

    def _opened(self) -> Spool:
        if self._spool is None:
            self._spool = Spool(self._path, self._clock(), at_least=self._at_least)
        return self._spool

    def _reopen_after(self, error: Exception) -> None:
        """A failed commit is never tried again on the same file handle: what the kernel kept of it is unknown."""
        if self._broken is None:
            _log.error("spool cannot be written; requests are answered 503", error=str(error))
        self._broken = f"the spool cannot be written: {error}"
        if isinstance(error, apsw.CorruptError | apsw.NotADBError):
            self.report_damage(error)
        self._close()

    def _close(self) -> None:
        spool, self._spool = self._spool, None
        if spool is not None:
            try:
                spool.close()
            except apsw.Error as close_error:
                _log.warning("spool did not close cleanly", error=str(close_error))

    def _require_room(self, spool: Spool) -> None:
        if time.monotonic() - self._looked_at >= LOOK_S:
            self._look_for_room(spool)
        if self._full:
            raise SpoolUnavailableError

    def _look_for_room(self, spool: Spool) -> None:
        self._looked_at = time.monotonic()
        before, self._full = self._full, self._why_full(spool)
        if self._full != before:
            _log.warning("spool is full", why=self._full) if self._full else _log.info("spool has room again")

    def _why_full(self, spool: Spool) -> str | None:
        if spool.live_bytes() > self._max_bytes:
            return f"it holds more than spool_max_bytes = {self._max_bytes}"
        if spool.free_disk_bytes() < self._reserve_bytes:
            return f"less than spool_reserve_bytes = {self._reserve_bytes} are free on its disk"
        return None


def _settle(waiting: list[_Waiting], error: Exception | None) -> None:
    """Tell all that waited for a commit, in one call into the event loop."""
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        waiting[0].request.get_loop().call_soon_threadsafe(_resolve, waiting, error)


def _resolve(waiting: list[_Waiting], error: Exception | None) -> None:
    for _, request in waiting:
        if request.done():  # the client went away
            continue
        if error is None:
            request.set_result(None)
        else:
            request.set_exception(error)
