"""The one thread that writes the spool. Requests that wait together share one fsync.

While a commit is under way, new batches gather; they go into the next one together. So an idle server answers after one
fsync, and a busy one makes one fsync serve dozens of requests.

Everything that changes the file goes through here, the loader's changes too (:meth:`SpoolWriter.run`): SQLite has one
writer at a time anyway, and so nobody ever meets a locked file.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

import apsw
import structlog

from audioscape_server.errors import SpoolUnavailableError
from audioscape_server.spool.store import NewBatch, Spool

T = TypeVar("T")
#: Batches that may wait for a commit at once. Past that the disk is too slow, and requests are refused (503).
MAX_WAITING = 4_096
#: Seconds between two looks at the disk's free space and the file's size.
LOOK_S = 0.5

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
    """

    def __init__(
        self,
        path: Path,
        *,
        max_bytes: int,
        reserve_bytes: int,
        on_batches: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._reserve_bytes = reserve_bytes
        self._on_batches = on_batches
        self._clock = clock
        self._spool: Spool | None = None
        self._gathered: list[_Waiting] = []
        self._queue: SimpleQueue[list[_Waiting] | _Change | None] = SimpleQueue()
        self._waiting = 0
        self._stopped = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="spool-writer", daemon=True)
        self._full: str | None = None
        self._looked_at = float("-inf")

    def start(self) -> str:
        """Open the spool and start writing; returns the spool's id.

        Raises:
            apsw.Error: the file cannot be opened or written.
        """
        self._spool = Spool(self._path, self._clock())
        self._thread.start()
        return self._spool.id

    def stop(self) -> None:
        """Write what waits, close the file and end the thread. Later batches are refused."""
        self._stopped = True
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    async def append(self, batch: NewBatch) -> None:
        """Store one request's events. When this returns they are on the disk.

        Raises:
            SpoolUnavailableError: they are not, or it cannot be known; the client is to try again.
        """
        if self._stopped or self._waiting >= MAX_WAITING:
            raise SpoolUnavailableError
        loop = asyncio.get_running_loop()
        request = loop.create_future()
        if not self._gathered:
            # All requests that the loop handles in this round are handed over together: one commit for all.
            loop.call_soon(self._hand_over)
        self._gathered.append(_Waiting(batch, request))
        self._waiting += 1
        try:
            await request
        finally:
            self._waiting -= 1

    def run(self, change: Callable[[Spool], T]) -> T:
        """Change the spool in a transaction of its own, and wait until that is durable. Not for the event loop.

        Raises:
            SpoolUnavailableError: it could not be written.
        """
        if self._stopped:
            raise SpoolUnavailableError
        done: Future[T] = Future()
        self._put(_Change(change, done))
        return done.result()

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
            # All that came while the last commit was under way goes into the next one.
            work = [self._queue.get()]
            with contextlib.suppress(Empty):
                while True:
                    work.append(self._queue.get_nowait())
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
            going = None not in work
        self._ended.set()
        self._refuse_the_rest()
        self._close()

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
        except SpoolUnavailableError as error:
            return error
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread must live and its requests be answered
            self._reopen_after(error)
            return SpoolUnavailableError()
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
            self._spool = Spool(self._path, self._clock())
            _log.info("spool opened again")
        return self._spool

    def _reopen_after(self, error: Exception) -> None:
        """A failed commit is never tried again on the same file handle: what the kernel kept of it is unknown."""
        _log.error("spool cannot be written; requests are answered 503", error=str(error))
        self._close()

    def _close(self) -> None:
        spool, self._spool = self._spool, None
        if spool is not None:
            try:
                spool.close()
            except apsw.Error as close_error:
                _log.warning("spool did not close cleanly", error=str(close_error))

    def _require_room(self, spool: Spool) -> None:
        now = time.monotonic()
        if now - self._looked_at >= LOOK_S:
            self._looked_at = now
            before, self._full = self._full, self._why_full(spool)
            if self._full != before:
                _log.warning("spool is full", why=self._full) if self._full else _log.info("spool has room again")
        if self._full:
            raise SpoolUnavailableError

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
