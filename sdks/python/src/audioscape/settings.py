"""The three settings that may change while a client lives, and their bounds."""

from __future__ import annotations

import math
from typing import Callable, NamedTuple

#: Seconds: under this, batching would amount to a request per event.
MIN_INTERVAL = 5.0

#: Seconds: the longest wait of a backoff, so no regular wait is longer either.
MAX_INTERVAL = 300.0

#: Events: the server takes no more in a request.
MAX_BATCH = 500


class Settings(NamedTuple):
    """Values within their bounds; see `bounded`."""

    #: Seconds from the first waiting event to the flush.
    batch_interval: float = 30.0
    #: Events in a request.
    max_batch_size: int = 50
    #: Events without an outcome that are kept; the oldest go first.
    max_queue_size: int = 500

    @property
    def full_batch(self) -> int:
        """Events in a full batch: a queue smaller than a batch could never fill one."""
        return min(self.max_batch_size, self.max_queue_size)

    def bounded(
        self,
        warn: Callable[[str], None],
        batch_interval: float | None = None,
        max_batch_size: int | None = None,
        max_queue_size: int | None = None,
    ) -> Settings:
        """These settings with the given ones changed; what is out of bounds is moved to the bound, with a warning."""
        queue = int(_bound(warn, "max_queue_size", max_queue_size, self.max_queue_size, 1, math.inf))
        batch = int(_bound(warn, "max_batch_size", max_batch_size, self.max_batch_size, 1, MAX_BATCH))
        interval = _bound(warn, "batch_interval", batch_interval, self.batch_interval, MIN_INTERVAL, MAX_INTERVAL)
        return Settings(interval, batch, queue)


def finite(value: object) -> float | None:
    """The value if it is a finite number, else None; whatever it is, this does not raise."""
    try:
        if isinstance(value, (bool, str)):
            return None
        number = float(value)  # type: ignore[arg-type] - it raises TypeError for what is no number
    except Exception:  # noqa: BLE001 - an object whose own methods raise
        return None
    return number if math.isfinite(number) else None


def _bound(
    warn: Callable[[str], None], name: str, value: object | None, current: float, low: float, high: float
) -> float:
    if value is None:
        return current
    number = finite(value)
    if number is None:
        warn(f"{name} must be a finite number, not {type(value).__name__}: keeping {current:g}")
        return current
    bounded = min(max(number, low), high)
    if bounded != number:
        limits = f"{low:g} or more" if high == math.inf else f"{low:g} to {high:g}"
        warn(f"{name} must be {limits}: using {bounded:g}")
    return bounded
