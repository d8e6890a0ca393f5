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
    * What is kept for a time is kept for that long by the clock that nobody sets (`at_least`): of all readings of so
      long, the least one tells what is old. A clock that is ahead for hours or days, and then set right, has made
      nobody forget. Time in which no server ran is not counted, as nobody knows how much it was.
    * An event is refused for good because of its time, and a key because it expired, only when every time of the span
      says so. Otherwise the client is told to come again.

What does not follow
    Whatever the clock takes is stored: events that bring no time get the one that the clock shows. A clock that was
    wrong before the server ran for the first time, and stays so, is believed.

A clock that is slewed, a few seconds an hour, is no jump.

What was read, and a doubt that goes on, is written down (`write`) and taken up by the next process (`resume`): somebody
who restarts a server that answers 503 must not make it refuse for good what it was in doubt about.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import structlog

#: Seconds by which the clocks come apart in a jump.
JUMP_S = 60.0
#: Seconds for which the clock is in doubt after a jump, at least.
DOUBT_S = 3_600.0
#: Seconds of watching that a crash may cost: what was counted since it was written down last.
WRITE_EVERY_S = 60.0
#: Readings that are remembered. Past that the oldest go, and it counts as if the clock had been watched from there on.
MAX_READINGS = 1_000

_log = structlog.get_logger()


def counting() -> float:
    """Seconds of a clock that nobody sets; where the system has one, it counts through a suspension."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class Reading(NamedTuple):
    """How far the wall clock was from the counted one, from some moment until the next reading."""

    since: float
    """Counted seconds."""
    apart: float
    """Seconds of the wall clock less the counted ones, at least."""


class Memory(msgspec.Struct, frozen=True):
    """What is written down: the counted seconds are those of all processes, one after the other."""

    counted: float
    readings: list[Reading]
    doubt: tuple[float, float] | None
    """The least and the most that the wall clock may be apart in truth, while it is in doubt."""


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
        self._origin = counted()
        """When the counting of all processes would have begun."""
        self._jumped_at: float | None = None
        # The wall clock less the counted one: now, and the least and the most that it may be in truth.
        self._apart = self._least = self._most = wall() - self._origin
        self._readings = [Reading(self._origin, self._apart)]
        self._written: Memory | None = None
        self._agreed = self._disagreed = 0

    def look(self) -> None:
        """Compare the two clocks. To be called every few seconds: slow changes add up between two looks."""
        with self._lock:
            self._look()

    def resume(self, written: bytes) -> None:
        """Go on from what an earlier process has written down; to be called once, at the start.

        What cannot be read, as another version wrote it, is as if it was never written: nothing is old until it was
        watched for so long again.
        """
        try:
            known = msgspec.msgpack.decode(written, type=Memory)
        except msgspec.DecodeError as error:
            _log.warning("what was known of the clock cannot be read, and is begun anew", error=str(error))
            return
        with self._lock:
            now = self._look()
            self._origin = now - known.counted
            self._readings = [Reading(since + self._origin, apart - self._origin) for since, apart in known.readings]
            stopped = max(0.0, self._apart - self._readings[-1].apart)
            self._read(now)
            if known.doubt:
                least, most = (apart - self._origin for apart in known.doubt)
                self._doubt(now, min(least, self._apart), max(most + stopped, self._apart))

    def write(self, put: Callable[[bytes], object]) -> None:
        """Write down what the next process has to know, if that has changed or grown old.

        Args:
            put: stores it; when it raises, that is raised, and it is tried again with the next call.
        """
        with self._lock:
            now = self._look()
            memory = Memory(
                now - self._origin,
                [Reading(since - self._origin, apart + self._origin) for since, apart in self._readings],
                (self._least + self._origin, self._most + self._origin) if self._is_in_doubt(now) else None,
            )
            before = self._written
            if (
                before
                and memory.counted - before.counted < WRITE_EVERY_S
                and len(memory.readings) == len(before.readings)
                and memory.doubt == before.doubt
            ):
                return
        put(msgspec.msgpack.encode(memory))
        self._written = memory

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

    def at_least(self, over_s: float) -> float:
        """The time by the least of all readings of the last so many seconds; 0 while it was not watched for as long.

        What was stamped with the wall clock within these seconds is never older than so many seconds by it, however
        the clock was set meanwhile.
        """
        with self._lock:
            now = self._look()
            apart = math.inf
            for reading in reversed(self._readings):
                apart = min(apart, reading.apart)
                if reading.since <= now - over_s:
                    return now + apart
            return 0.0

    def _look(self) -> float:
        """Compare the two clocks; the counted seconds."""
        now = self._counted()
        before, self._apart = self._apart, self._wall() - now
        jump = self._apart - before
        if abs(jump) > JUMP_S:
            self._doubt(now, *sorted((before, self._apart)))
            _log.warning("the clock jumped", seconds=round(jump, 1))
        self._read(now)
        return now

    def _read(self, now: float) -> None:
        last = self._readings[-1]
        if abs(self._apart - last.apart) > JUMP_S:
            self._readings = [*self._readings[1 - MAX_READINGS :], Reading(now, self._apart)]
        elif self._apart < last.apart:
            self._readings[-1] = last._replace(apart=self._apart)

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
