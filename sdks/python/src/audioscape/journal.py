"""What the SDK says in the host's log: little, seldom, and never the key."""

from __future__ import annotations

import logging
import threading
from typing import Callable

#: Seconds in which a kind of message is logged at most once.
QUIET = 300.0

_logger = logging.getLogger("audioscape")


class Journal:
    """Warnings, each kind at most once in `QUIET` seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Take the time from `monotonic`."""
        self._monotonic = monotonic
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def warn(self, kind: str, message: str, *args: object, once: bool = False, error: bool = False) -> None:
        """Log a warning unless its kind was logged lately or, with `once`, ever. `error` adds the exception at hand."""
        now = self._monotonic()
        with self._lock:
            if now < self._next.get(kind, now):
                return
            self._next[kind] = float("inf") if once else now + QUIET
        _logger.warning(message, *args, exc_info=error)
