"""Waiting for a condition with a deadline, in place of sleeping and hoping."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

#: Seconds between two looks: short enough to be prompt, long enough to leave the machine to the server.
PAUSE_S = 0.05


def eventually(look: Callable[[], T], until: Callable[[T], object] = bool, *, within: float = 60.0) -> T:
    """Look again and again until what is seen satisfies ``until``; return it.

    Args:
        look: takes the look; its exceptions are the caller's.
        until: says whether what was seen is what was waited for.
        within: seconds until the wait is given up.

    Raises:
        AssertionError: time ran out; the text has what was seen last.
    """
    deadline = time.monotonic() + within
    while True:
        seen = look()
        if until(seen):
            return seen
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {within} s in vain; last seen: {seen!r}")
        time.sleep(PAUSE_S)
