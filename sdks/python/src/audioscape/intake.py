"""The way of an event from a `track…` call into the queue.

    enabled? → encode, with the super-properties → before_send → queue

Invariants:

* While it is not enabled, nothing is done and nothing is counted.
* An event that `before_send` did not let through is never queued, whatever went wrong: the hook may be there to remove
  private data. It is counted as dropped.
* What is queued was encoded here, after the hook; the hook gets a copy, and has no hold on what is sent.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Callable, Union, cast

from audioscape import events
from audioscape.delivery import Delivery

#: Called with an event, when it is tracked; returns the event to send in its place, or None to drop it.
BeforeSend = Callable[[dict[str, Any]], Union[dict[str, Any], None]]

#: What can be sent as a value of metadata.
Value = Union[str, float, bool]


class Intake:
    """Takes the events of one client. May be called from any thread; never raises an `Exception`."""

    def __init__(
        self, delivery: Delivery, now: Callable[[], float], before_send: BeforeSend | None, *, enabled: bool
    ) -> None:
        """Pass events on to `delivery`, stamped with `now` (Unix seconds)."""
        self.enabled = enabled
        self._delivery = delivery
        self._now = now
        self._before_send = before_send
        self._lock = threading.Lock()  # around changes of the next, which is replaced, never changed
        self._properties: dict[str, str] = {}  # key -> JSON of the value, in ascending order

    def register(self, properties: Mapping[str, Value]) -> None:
        """Add these super-properties, over those of the same name."""
        journal = self._delivery.journal
        try:
            usable = events.members(properties)
            left_out = [str(key) for key, _ in properties.items() if key not in usable]
        except Exception:  # noqa: BLE001 - no mapping, or one whose own methods raise
            journal.warn("register", "super-properties must be a mapping, not %s", type(properties).__name__)
            return
        if left_out:
            names = journal.quote(", ".join(left_out))
            journal.warn(
                "register", "super-properties must be strings, finite numbers or booleans; left out: %s", names
            )
        with self._lock:
            self._properties = dict(sorted({**self._properties, **usable}.items()))

    def unregister(self, name: str) -> None:
        """Take a super-property away, if it is there."""
        with self._lock:
            self._properties = {key: value for key, value in self._properties.items() if key != name}

    def take(
        self,
        type_: object,
        asset_id: object = None,
        player_id: object = None,
        duration: object = None,
        value: object = None,
        metadata: object = None,
        timestamp: object = None,
    ) -> None:
        """Take an event."""
        if not self.enabled:
            return
        fields: events.Fields = (type_, asset_id, player_id, duration, value, metadata, timestamp)
        event = self._encoded(fields, self._properties)
        if event is not None and self._before_send is not None:
            event = self._let_through(event, self._before_send)
        if event is None:
            return
        journal = self._delivery.journal
        if journal.debugging:
            journal.debug("track %s", event.decode())
        self._delivery.add(event)

    def _encoded(self, fields: events.Fields, properties: Mapping[str, str]) -> bytes | None:
        """The event, or None after it was refused."""
        try:
            return events.encode(fields, self._now(), properties)
        except events.Unsendable as refusal:
            given = {name: field for name, field in zip(events.FIELDS, fields) if field is not None}
            self._delivery.refuse(given, str(refusal))
            return None

    def _let_through(self, event: bytes, before_send: BeforeSend) -> bytes | None:
        """What the hook makes of the event; None after it was dropped or refused."""
        try:
            changed: Any = before_send(events.decode(event))
            if changed is None:
                self._delivery.withhold(event)
                return None
            fields = cast("events.Fields", tuple([changed.get(name) for name in events.FIELDS]))
        except Exception:  # noqa: BLE001 - the host's code, or what it returned
            self._delivery.journal.warn(
                "before_send", "before_send failed or returned no event; events are dropped", once=True, error=True
            )
            self._delivery.withhold(event)
            return None
        return self._encoded(fields, {})
