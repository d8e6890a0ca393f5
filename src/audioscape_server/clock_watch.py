"""Notices when the wall clock may be wrong: it decides what is too old, and must not cost anybody data when it is.

What a server can know
    A second clock, which only ever counts on (through a suspended machine too), is read beside the wall clock. Where
    the two come apart by more than `JUMP_S` between two looks, the wall clock was set: it was wrong before, or is wrong
    now. A start is compared in the same way with the time that was last written down (`was`).

    Which of the readings is right, nobody here can tell. So from then on the true time is taken to lie anywhere between
    them (`span`), for at least `DOUBT_S`. A clock that starts behind what was written down has no upper bound: nobody
    knows for how long the machine was off.

    The clients tell in the end. A batch in which an event's own time is refused, and would not be by another time of
    the span, disagrees with the clock; one whose own times are taken agrees. While more disagree, the doubt goes on.

What follows
    * Nothing is forgotten because of its age (`may_forget`), for `FORGET_AFTER_S` after a jump; not after a start
      either, since a clock that was wrong then is often set right soon after.
    * An event is refused for good because of its time, and a key because it expired, only when every time of the span
      says so. Otherwise the client is told to come again.

What does not follow
    Whatever the clock takes is stored: events that bring no time get the one that the clock shows. A clock that was
    wrong before the server ran for the first time, and stays so, is believed.

A clock that is slewed, a few seconds an hour, is no jump.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

import structlog

#: Seconds by which the clocks come apart in a jump.
JUMP_S = 60.0
#: Seconds for which the clock must have been steady before anything is forgotten.
FORGET_AFTER_S = 6 * 3_600.0
#: Seconds for which the clock is in doubt after a jump, at least.
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
        # The wall clock less the counted one: now, and the least and the most that it may be in truth.
        self._apart = self._least = self._most = wall() - self._started_at
        self._agreed = self._disagreed = 0

    def look(self) -> None:
        """Compare the two clocks. To be called every few seconds: slow changes add up between two looks."""
        with self._lock:
            self._look()

    def was(self, known: float) -> None:
        """Say what the time was (Unix seconds) when it was last written down, before this start."""
        with self._lock:
            now = self._look()
            passed = self._apart - (known - now)
            if passed < -JUMP_S:
                self._doubt(now, self._apart, math.inf)
                _log.warning("the clock is behind what was written down before", seconds=round(-passed, 1))
            elif passed > JUMP_S:
                self._doubt(now, known - now, self._apart)

    def span(self) -> tuple[float, float] | None:
        """The earliest and the latest that the time may be in truth, Unix seconds; None while the clock is believed."""
        with self._lock:
            now = self._look()
            if not self._is_in_doubt(now):
                return None
            return now + min(self._least, self._apart), now + max(self._most, self._apart)

    def earliest(self) -> float:
        """The earliest that the time may be in truth, Unix seconds."""
        span = self.span()
        return self._wall() if span is None else span[0]

    def hear(self, *, agrees: bool) -> None:
        """Take in that a batch's own times agree with the clock, or with another time of the span alone."""
        with self._lock:
            self._agreed += agrees
            self._disagreed += not agrees

    def steady_for_s(self) -> float:
        """Seconds since the start or the last jump."""
        with self._lock:
            now = self._look()
            return now - (self._started_at if self._jumped_at is None else self._jumped_at)

    def may_forget(self) -> bool:
        """Whether the clock may decide what is old enough to be forgotten."""
        return self.steady_for_s() >= FORGET_AFTER_S

    def _look(self) -> float:
        """Compare the two clocks; the counted seconds."""
        now = self._counted()
        before, self._apart = self._apart, self._wall() - now
        jump = self._apart - before
        if abs(jump) > JUMP_S:
            self._doubt(now, *sorted((before, self._apart)))
            _log.warning("the clock jumped; nothing is forgotten for some hours", seconds=round(jump, 1))
        return now

    def _doubt(self, now: float, least: float, most: float) -> None:
        """Let the truth lie within these bounds from now on, or within those that were in force."""
        if self._is_in_doubt(now):
            least, most = min(least, self._least), max(most, self._most)
        self._jumped_at, self._least, self._most = now, least, most
        self._agreed = self._disagreed = 0

    def _is_in_doubt(self, now: float) -> bool:
        if self._jumped_at is None:
            return False
        return now - self._jumped_at < DOUBT_S or self._disagreed > self._agreed
