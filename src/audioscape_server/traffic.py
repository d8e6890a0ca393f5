"""What this worker took in and loaded in the last hour, for whoever watches it live.

In memory and by this worker alone: it is forgotten at a restart, and each of several workers tells its own part.
Nothing is decided by it. By project there are 60 minutes of three counts, so it stays small whatever is sent.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

#: Minutes that are remembered, the one under way included.
MINUTES: Final = 60
#: Batches whose way into the warehouse is remembered.
MAX_LOADED: Final = 20_000
_MINUTE_S: Final = 60


@dataclass(slots=True)
class Minute:
    """Events of one minute of one project, by the time of their receipt.

    Attributes:
        start: Unix seconds.
        accepted: those that were new.
        rejected: those refused.
        repeats: those of batches that had been stored before.
    """

    start: int
    accepted: int = 0
    rejected: int = 0
    repeats: int = 0


class Traffic:
    """See the module. Told by the event loop and the loader, asked by the threads of the read API.

    Args:
        clock: Unix seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._minutes: dict[str, dict[int, Minute]] = {}
        self._refused: dict[int, dict[int, int]] = {}
        self._loaded: deque[tuple[str, float, float, int]] = deque(maxlen=MAX_LOADED)
        self.since: Final = clock()

    def arrived(self, project: str, *, accepted: int = 0, rejected: int = 0, repeats: int = 0) -> None:
        """Count the events of a batch that was answered just now."""
        now = self._minute()
        with self._lock:
            of_project = self._minutes.setdefault(project, {})
            minute = of_project.setdefault(now, Minute(now))
            minute.accepted += accepted
            minute.rejected += rejected
            minute.repeats += repeats
            _forget(of_project, now)

    def refused(self, status: int) -> None:
        """Count a request that was refused as a whole, whoever sent it."""
        now = self._minute()
        with self._lock:
            counts = self._refused.setdefault(now, {})
            counts[status] = counts.get(status, 0) + 1
            _forget(self._refused, now)

    def loaded(self, batches: Iterable[tuple[str, float, int]]) -> None:
        """Note batches (project, time of receipt, events) that became visible just now."""
        now = self._clock()
        with self._lock:
            self._loaded.extend((project, now, received_at, events) for project, received_at, events in batches)

    def minutes(self, project: str) -> list[Minute]:
        """The last `MINUTES`, the oldest first."""
        now = self._minute()
        with self._lock:
            known = self._minutes.get(project, {})
            starts = range(now - (MINUTES - 1) * _MINUTE_S, now + _MINUTE_S, _MINUTE_S)
            return [known.get(start, Minute(start)) for start in starts]

    def refusals(self, status: int) -> int:
        """How many requests of the last `MINUTES` were answered so."""
        oldest = self._minute() - (MINUTES - 1) * _MINUTE_S
        with self._lock:
            return sum(counts.get(status, 0) for start, counts in self._refused.items() if start >= oldest)

    def visible_after_s(self, project: str, shares: Iterable[float]) -> list[float] | None:
        """In how many seconds from their receipt these shares of a project's events were visible; None without any."""
        since = self._clock() - MINUTES * _MINUTE_S
        with self._lock:
            lags = [(max(0.0, at - received), events) for of, at, received, events in self._loaded
                    if of == project and at >= since]  # fmt: skip
        lags.sort()
        total = sum(events for _, events in lags)
        return [_quantile(lags, share * total) for share in shares] if total else None

    def _minute(self) -> int:
        return int(self._clock()) // _MINUTE_S * _MINUTE_S


def _quantile(lags: list[tuple[float, int]], place: float) -> float:
    """The lag of the event at a place in the order."""
    for lag, events in lags:
        if place < events:
            return lag
        place -= events
    return lags[-1][0]


def _forget(by_minute: dict[int, Minute] | dict[int, dict[int, int]], now: int) -> None:
    """Keep what is of the last `MINUTES`; a clock that was put back leaves what is ahead of it, which goes in time."""
    for start in [start for start in by_minute if start <= now - MINUTES * _MINUTE_S]:
        del by_minute[start]
