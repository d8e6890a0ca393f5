"""The waits of one client after failures in a row: how many there were, and until when a server holds us off.

Not thread-safe: `delivery` holds its lock around every call but `draw`, which runs the host's code.
"""

from __future__ import annotations

from typing import Callable

from audioscape import retry
from audioscape.journal import Journal


class Backoff:
    """On after a failure, until the next success."""

    def __init__(self, rng: Callable[[], float], journal: Journal) -> None:
        """Jitter by `rng`: random numbers from 0 to 1."""
        self._rng = rng
        self._journal = journal
        self._failures = 0
        #: The end of a `Retry-After`, in monotonic seconds.
        self.not_before = 0.0

    @property
    def on(self) -> bool:
        """Whether the last attempt failed."""
        return self._failures > 0

    def draw(self) -> float:
        """The random number of the next delay."""
        try:
            return min(max(float(self._rng()), 0.0), 1.0)
        except Exception:  # noqa: BLE001 - a random source of the host's
            self._journal.warn("rng", "the random source raised", error=True)
            return 0.0

    def lengthen(self, now: float, interval: float, asked: float | None, random: float) -> float:
        """Note a failure at `now`; the moment of the next attempt. `asked`: seconds the server asked for."""
        self._failures += 1
        next_at = now + retry.delay(self._failures, interval, asked, random)
        self.not_before = next_at if asked else 0.0
        return next_at

    def end(self) -> None:
        """Note a success."""
        self._failures = 0
        self.not_before = 0.0
