"""Notices when the wall clock jumps: what it says decides what is too old, so a wrong clock must not cost anybody data.

A second clock, which only ever counts on (through a suspended machine too), is read beside it. Where the two come apart
by more than `JUMP_S` between two looks, the wall clock was set: it was wrong before, or is wrong now. So for a time

* nothing is forgotten because of its age (`may_forget`): not after a start either, since a clock that was wrong then is
  often set right soon after;
* a batch is not refused for good because of its times (`in_doubt`): its client is told to come again.

A clock that is slewed, a few seconds an hour, is no jump.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

#: Seconds by which the clocks come apart in a jump.
JUMP_S = 60.0
#: Seconds for which the clock must have been steady before anything is forgotten.
FORGET_AFTER_S = 6 * 3_600.0
#: Seconds after a jump in which no batch is refused for its times alone.
DOUBT_S = 3_600.0

_log = structlog.get_logger()


def counting() -> float:
    """Seconds of a clock that nobody sets; where the system has one, it counts through a suspension."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class ClockWatch:
    """Watches the wall clock. Safe to use from several threads.

    Args:
        wall: Unix seconds.
        counted: seconds of a clock that is never set.
    """

    def __init__(self, wall: Callable[[], float] = time.time, counted: Callable[[], float] = counting) -> None:
        self._wall = wall
        self._counted = counted
        self._lock = threading.Lock()
        self._started_at = counted()
        self._jumped_at: float | None = None
        self._apart = wall() - self._started_at

    def look(self) -> None:
        """Compare the two clocks. To be called every few seconds: slow changes add up between two looks."""
        with self._lock:
            now = self._counted()
            apart = self._wall() - now
            jump, self._apart = apart - self._apart, apart
            if abs(jump) > JUMP_S:
                self._jumped_at = now
                _log.warning("the clock jumped; nothing is forgotten for some hours", seconds=round(jump, 1))

    def must_be_after(self, known: float) -> None:
        """Say that a time (Unix seconds) has passed: a clock that says otherwise is wrong, and will be set."""
        with self._lock:
            wall = self._wall()
            if wall < known - JUMP_S:
                self._jumped_at = self._counted()
                _log.warning("the clock is behind what was written down before", seconds=round(known - wall, 1))

    def steady_for_s(self) -> float:
        """Seconds since the start or the last jump."""
        self.look()
        since = self._started_at if self._jumped_at is None else self._jumped_at
        return self._counted() - since

    def may_forget(self) -> bool:
        """Whether the clock may decide what is old enough to be forgotten."""
        return self.steady_for_s() >= FORGET_AFTER_S

    def in_doubt(self) -> bool:
        """Whether the clock jumped a short while ago."""
        self.look()
        return self._jumped_at is not None and self._counted() - self._jumped_at < DOUBT_S
