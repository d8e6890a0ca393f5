"""Signals: what waits is sent before the handler that was there before has the signal, or the process dies of it.

Invariants:

* A handler runs between two instructions of the main thread, maybe in the middle of a `track…` call, so it never waits.
  A thread drains and then sends the signal again.
* No signal is overlooked. CPython runs handlers in the main thread alone, when that looks; a main thread that is just
  about to wait for a lock, as the idle workers of a `multiprocessing.Pool` are, does not look any more. The lookout, a
  thread that the system tells of every signal, sends it again until the handler has run.
* Whoever has asked the system to be told of signals before us (an event loop) wakes the main thread by that, and is
  left alone.
"""

from __future__ import annotations

import _thread
import os
import select
import signal
import sys
import time
import weakref
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from audioscape.delivery import Delivery
from audioscape.lifecycle import finish, share_time

#: Seconds until a signal that the main thread did not handle is sent again.
AGAIN = 0.05


def drain_on(delivery: Delivery, numbers: Iterable[int], timeout: float) -> None:
    """Drain this delivery when one of the signals comes, within `timeout` seconds.

    Raises:
        ValueError: this is not the main thread, or there is no such signal.
    """
    for number in numbers:
        handler = signal.getsignal(number)
        if not isinstance(handler, SignalHandler):
            handler = SignalHandler(handler, timeout)
            signal.signal(number, handler)
        handler.deliveries.add(delivery)
    _lookout.start()


class SignalHandler:
    """Drains its deliveries, then does what would have happened without it.

    When the signal comes the second time, from the thread that drained or from someone impatient, the previous handler
    gets it.
    """

    def __init__(self, previous: Any, timeout: float) -> None:
        """Pass the signal on to `previous` after at most `timeout` seconds."""
        self.deliveries: weakref.WeakSet[Delivery] = weakref.WeakSet()
        self._previous = previous
        self._timeout = timeout
        self._draining = False

    def __call__(self, number: int, frame: Any) -> None:
        """Handle the signal."""
        _lookout.seen()
        if not self._draining:
            self._draining = True
            try:
                # Not threading.Thread: that takes a lock which the interrupted code may hold.
                _thread.start_new_thread(self._drain, (number,))
                return
            except RuntimeError:
                pass  # no thread to be had; at least pass the signal on
        self._draining = False
        if callable(self._previous):
            self._previous(number, frame)
        elif self._previous == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    def _drain(self, number: int) -> None:
        # If the process dies of the signal, what cannot be sent is lost, and that has to be said.
        act = finish if self._previous == signal.SIG_DFL else Delivery.drain
        try:
            share_time(list(self.deliveries), self._timeout, act)
        finally:
            while self._draining:
                os.kill(os.getpid(), number)
                time.sleep(AGAIN)


class Lookout:
    """Told of every signal by a byte in a pipe, which a handler takes away when it runs."""

    def __init__(self) -> None:
        """Not started yet."""
        self._ears = self._mouth = -1
        self._handled = 0

    def start(self) -> None:
        """Look out in this process, unless somebody does; from the main thread."""
        if sys.platform == "win32":
            return  # select() takes no pipes there
        if (other := signal.set_wakeup_fd(-1)) != -1:
            signal.set_wakeup_fd(other)
            return
        self._ears, self._mouth = os.pipe()
        os.set_blocking(self._ears, False)
        os.set_blocking(self._mouth, False)
        signal.set_wakeup_fd(self._mouth, warn_on_full_buffer=False)
        _watch_forks()
        with suppress(RuntimeError):  # no thread to be had: then it is as it would be without us
            _thread.start_new_thread(self._run, (self._ears,))

    def seen(self) -> None:
        """A handler runs: all signals so far have been looked at."""
        self._handled += 1
        self._hear(self._ears)

    def forked(self) -> None:
        """In a child process: the pipe is the parent's, and the thread is not here."""
        if self._mouth == -1:
            return
        if (fd := signal.set_wakeup_fd(-1)) != self._mouth:
            signal.set_wakeup_fd(fd)
        os.close(self._ears)
        os.close(self._mouth)
        self._ears = self._mouth = -1

    def _run(self, ears: int) -> None:
        while True:
            select.select([ears], [], [])
            time.sleep(AGAIN)
            handled = self._handled
            # What is still there was heard by no handler, unless it came this moment.
            ours = [number for number in self._hear(ears) if isinstance(signal.getsignal(number), SignalHandler)]
            if ours:
                time.sleep(AGAIN)
            for number in ours:
                if self._handled == handled:
                    os.kill(os.getpid(), number)

    @staticmethod
    def _hear(ears: int) -> set[int]:
        with suppress(OSError):  # nothing there
            return set(os.read(ears, 512))
        return set()


_lookout = Lookout()


@cache  # once
def _watch_forks() -> None:
    os.register_at_fork(after_in_child=_lookout.forked)
