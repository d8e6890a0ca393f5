"""Threads for work that may hang: each kind has its own, so that one kind that hangs holds up no other.

Invariants
    * A lane does one thing after another. Whoever asks for something waits for it no longer than the lane's deadline;
      what has not begun by then is not done any more.
    * What hangs goes on hanging in its thread, and is the only thing that does: nothing piles up behind it.
    * The threads are daemons: they hold up no end of the process.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from audioscape_server.errors import ServiceUnavailableError

T = TypeVar("T")


class HangsError(ServiceUnavailableError):
    """Something that the server depends on does not answer."""


class Lane:
    """One thread, for one event loop.

    Args:
        name: what it works on, for the thread's name and for errors.
        within_s: seconds in which an answer must come, waiting included.
    """

    def __init__(self, name: str, within_s: float) -> None:
        self.name = name
        self._within_s = within_s
        self._queue: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self.is_busy = False
        """Whether something is going on in the thread."""

    async def run(self, work: Callable[[], T]) -> T:
        """Do something in the lane's thread and return what it returns.

        Raises:
            HangsError: it was not done in time. It may still be going on.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)
            self._thread.start()
        done: Future[T] = Future()
        self._queue.put((work, done))
        deadline = asyncio.timeout(self._within_s)
        try:
            async with deadline:
                return await asyncio.wrap_future(done)
        except TimeoutError as error:
            if not deadline.expired():
                raise
            raise HangsError(f"{self.name}: no answer within {self._within_s:g} s") from error

    def _work(self) -> None:
        while True:
            work, done = self._queue.get()
            if not done.set_running_or_notify_cancel():
                continue
            self.is_busy = True
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked
                self.is_busy = False
                done.set_exception(error)
            else:
                self.is_busy = False
                done.set_result(result)
            del work, done  # the next one may be long in coming
