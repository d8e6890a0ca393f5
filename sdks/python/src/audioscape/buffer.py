"""The bounded queue of events, and the counts of what became of them.

Every event is in exactly one place: `waiting` (the queue), a batch in `frozen`, the batch `on_wire`, or one of the
counters. Hence, whenever the lock is free:

    tracked = accepted + rejected + dropped + queued        queued = waiting + frozen + on wire
    queued <= capacity

Order: `on_wire`, then `frozen`, then `waiting`, each oldest first. A frozen batch is never edited, because the server
may have stored it; what is on the wire is not touched at all.

Not thread-safe: `delivery` holds its lock around every call. Nothing here waits, calls out, or raises.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from audioscape.batch import Batch

#: Why events are dropped; there are no other reasons.
QUEUE_FULL = "queue_full"
TOO_LARGE = "too_large"
UNAUTHORIZED = "unauthorized"
REFUSED = "refused"
SHUTDOWN = "shutdown"
CLOSED = "closed"
BEFORE_SEND = "before_send"


@dataclass(frozen=True)
class Stats:
    """What became of the events of a client; `accepted + rejected + dropped + queued == tracked`."""

    #: Events given to a `track…` method.
    tracked: int
    #: Stored by the server.
    accepted: int
    #: Refused one by one, by the server or by the SDK; each went to `on_rejected`.
    rejected: int
    #: Given up by the SDK; each went to `on_drop`.
    dropped: int
    #: Without an outcome yet.
    queued: int
    #: `dropped` by reason: queue_full, too_large, unauthorized, refused, shutdown, closed, before_send.
    dropped_by: Mapping[str, int]


class Buffer:
    """See the module's docstring."""

    def __init__(self, capacity: int) -> None:
        """Hold at most `capacity` events without an outcome."""
        self.capacity = capacity
        self.waiting: deque[bytes] = deque()
        self.frozen: deque[Batch] = deque()
        self.on_wire: Batch | None = None
        #: Events that ever entered `waiting`; a position in the stream of events.
        self.appended = 0
        self._unsettled = 0  # events in `frozen` and `on_wire`
        self._tracked = 0
        self._accepted = 0
        self._rejected = 0
        self._dropped: Counter[str] = Counter()

    @property
    def queued(self) -> int:
        """Events without an outcome."""
        return len(self.waiting) + self._unsettled

    def stats(self) -> Stats:
        """The counts of this moment."""
        dropped = {reason: count for reason, count in self._dropped.items() if count}
        return Stats(
            tracked=self._tracked,
            accepted=self._accepted,
            rejected=self._rejected,
            dropped=sum(dropped.values()),
            queued=self.queued,
            dropped_by=MappingProxyType(dropped),
        )

    def add(self, event: bytes) -> list[bytes]:
        """Queue a new event; return the events that had to go for it (the new one, if all else is on the wire)."""
        # Appended before anything is evicted: a garbage collection in here may run code that tracks, on this thread.
        self._tracked += 1
        self.appended += 1
        self.waiting.append(event)
        return self.evict() if self.queued > self.capacity else []

    def evict(self) -> list[bytes]:
        """Drop the oldest events until the rest fits, whole frozen batches first; return them."""
        lost: list[bytes] = []
        while self.queued > self.capacity:
            if self.frozen:
                batch = self.frozen.popleft()
                self._unsettled -= len(batch.events)
                lost += batch.events
            elif self.waiting:
                lost.append(self.waiting.popleft())
            else:
                break  # all is on the wire, and the capacity was lowered below it
        self._dropped[QUEUE_FULL] += len(lost)
        return lost

    def refuse(self) -> None:
        """Count an event that is rejected before it is queued."""
        self._tracked += 1
        self._rejected += 1

    def turn_away(self, reason: str) -> None:
        """Count an event that is dropped before it is queued."""
        self._tracked += 1
        self._dropped[reason] += 1

    def take(self, size: int, upto: int, *, full: bool) -> Batch | None:
        """Put the next batch on the wire: the oldest frozen one, else up to `size` events, frozen now.

        None if every event before position `upto` is settled or on the wire or, with `full`, if fewer than `size` wait.
        """
        if self.frozen:
            self.on_wire = self.frozen.popleft()
        elif self.settled(upto) or (full and len(self.waiting) < size):
            return None
        else:
            self.on_wire = Batch.freeze(tuple([self.waiting.popleft() for _ in range(min(size, len(self.waiting)))]))
            self._unsettled += len(self.on_wire.events)
        return self.on_wire

    def settled(self, upto: int) -> bool:
        """Whether every event before position `upto` of the stream has an outcome."""
        return self._unsettled == 0 and self.appended - len(self.waiting) >= upto

    def put_back(self, batch: Batch) -> bool:
        """The attempt failed: the batch waits, as it is, at the head; False if it was abandoned before."""
        if not self._off_wire(batch):
            return False
        self._unsettled += len(batch.events)
        self.frozen.appendleft(batch)
        return True

    def split(self, batch: Batch) -> None:
        """The batch was too large: its halves wait at the head."""
        if self._off_wire(batch):
            self._unsettled += len(batch.events)
            self.frozen.extendleft(reversed(batch.halves()))

    def accept(self, batch: Batch, rejected: int = 0) -> bool:
        """The server stored the batch, but for `rejected` events; False if it was abandoned before."""
        if not self._off_wire(batch):
            return False
        self._accepted += len(batch.events) - rejected
        self._rejected += rejected
        return True

    def drop(self, batch: Batch, reason: str) -> bool:
        """The batch is lost; False if it was abandoned before."""
        if not self._off_wire(batch):
            return False
        self._dropped[reason] += len(batch.events)
        return True

    def abandon(self) -> list[bytes]:
        """Drop all that has no outcome, what is on the wire too: its answer, if one comes, changes nothing any more."""
        batches = [self.on_wire] if self.on_wire else []
        lost = [event for batch in [*batches, *self.frozen] for event in batch.events] + list(self.waiting)
        self.on_wire = None
        self.frozen.clear()
        self.waiting.clear()
        self._unsettled = 0
        self._dropped[SHUTDOWN] += len(lost)
        return lost

    def _off_wire(self, batch: Batch) -> bool:
        if self.on_wire is not batch:
            return False
        self.on_wire = None
        self._unsettled -= len(batch.events)
        return True
