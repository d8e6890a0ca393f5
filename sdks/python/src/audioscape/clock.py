"""Time, as the SDK sees it: one seam, so that tests can own it."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Where the SDK takes the time from, and how it waits."""

    def time(self) -> float:
        """Wall clock: Unix seconds. Stamps events and reads `Retry-After` dates; may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back. All delays and deadlines."""
        ...

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait, with the condition's lock held by the caller, until it is notified or `seconds` have passed.

        None waits for a notification alone. May return early: callers check again.
        """
        ...


class SystemClock:
    """The computer's clocks."""

    def time(self) -> float:
        """Wall clock: Unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        return time.monotonic()

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait until the condition is notified or `seconds` have passed."""
        condition.wait(seconds)
