"""How fast a key, or an address without a valid key, may go: token buckets in memory.

Each worker limits by itself; a fleet of N workers behind one balancer lets N times the rate through.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from typing import NamedTuple

#: Buckets held at once; past that the least recently used are forgotten, and so start full again.
MAX_BUCKETS = 10_000


class Allowance(NamedTuple):
    """What a bucket says to one request."""

    allowed: bool
    limit: int
    """Requests that a full bucket lets through at once."""
    remaining: int
    """Requests it would let through now."""
    reset_s: int
    """Seconds until it is full again, rounded up."""
    retry_after_s: int
    """Seconds until the next request is let through, at least 1; 0 when this one is."""

    def headers(self) -> list[tuple[bytes, bytes]]:
        """The ``RateLimit-*`` headers, and ``Retry-After`` for a request that was not let through."""
        headers = [
            (b"ratelimit-limit", b"%d" % self.limit),
            (b"ratelimit-remaining", b"%d" % self.remaining),
            (b"ratelimit-reset", b"%d" % self.reset_s),
        ]
        if not self.allowed:
            headers.append((b"retry-after", b"%d" % self.retry_after_s))
        return headers


class Limiter:
    """One token bucket for each who asks.

    Args:
        monotonic: seconds of a clock that never goes back.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._buckets: dict[Hashable, tuple[float, float]] = {}  # who → (tokens, at)

    def take(self, who: Hashable, rate: float, burst: int) -> Allowance:
        """Take one token from the bucket of ``who``.

        Args:
            who: the key's id, or an address.
            rate: tokens that come back per second.
            burst: tokens that a full bucket holds.
        """
        now = self._monotonic()
        tokens = self._tokens(who, rate, burst, now)
        allowed = tokens >= 1.0
        if allowed:
            tokens -= 1.0
        self._buckets.pop(who, None)
        self._buckets[who] = (tokens, now)
        if len(self._buckets) > MAX_BUCKETS:
            del self._buckets[next(iter(self._buckets))]
        return _allowance(allowed, tokens, rate, burst)

    def peek(self, who: Hashable, rate: float, burst: int) -> Allowance:
        """What :meth:`take` would say now, without taking."""
        tokens = self._tokens(who, rate, burst, self._monotonic())
        return _allowance(tokens >= 1.0, tokens, rate, burst)

    def _tokens(self, who: Hashable, rate: float, burst: int, now: float) -> float:
        tokens, at = self._buckets.get(who, (float(burst), now))
        return min(float(burst), tokens + (now - at) * rate)


def _allowance(allowed: bool, tokens: float, rate: float, burst: int) -> Allowance:  # noqa: FBT001 - its first member
    wait = 0 if allowed else max(1, math.ceil((1.0 - tokens) / rate))
    return Allowance(allowed, burst, int(tokens), math.ceil((burst - tokens) / rate), wait)
