"""How busy this process keeps the cores that it may use: what can wait asks before it begins."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Final

#: The share of the cores from which on they are taken.
TAKEN: Final = 0.8


class Cores:
    """Measures from one asking to the next; who asks has one of his own.

    Where other programs or a quota leave this one less than the cores that it may use, they are never found taken.

    Args:
        used_s: seconds of processor time that this process has used.
        monotonic: seconds.
        count: how many cores there are; by default those that this process may use.
    """

    def __init__(
        self,
        used_s: Callable[[], float] = time.process_time,
        monotonic: Callable[[], float] = time.monotonic,
        count: int | None = None,
    ) -> None:
        self._used_s = used_s
        self._monotonic = monotonic
        self._count = count or len(os.sched_getaffinity(0))
        self._before = used_s(), monotonic()

    def are_taken(self) -> bool:
        """Whether they were, since this was last asked."""
        used, now = self._used_s(), self._monotonic()
        used_before, then = self._before
        self._before = used, now
        return used - used_before >= TAKEN * self._count * (now - then) > 0
