"""How the host hears what became of its events: its callbacks, and a line in the log.

Called without any lock held and after the counters are right. What a callback raises is logged and goes no further.
"""

from __future__ import annotations

from typing import Any, Callable

from audioscape import events
from audioscape.buffer import SHUTDOWN, UNAUTHORIZED
from audioscape.journal import Journal

#: Called with an event and a message, for each event that was refused.
Rejected = Callable[[dict[str, Any], str], None]

#: Called with a list of events and a reason, when events are lost.
Dropped = Callable[[list[dict[str, Any]], str], None]


class Notices:
    """Tells the host."""

    def __init__(self, on_rejected: Rejected | None, on_drop: Dropped | None, journal: Journal) -> None:
        """Tell these callbacks, and the log through `journal`."""
        self._on_rejected = on_rejected
        self._on_drop = on_drop
        self._journal = journal

    def reject(self, rejected: list[tuple[dict[str, Any], str]]) -> None:
        """Events that were refused, each with its reason; at least one."""
        self._journal.warn("rejected", "%d events were rejected, the first: %.200s", len(rejected), rejected[0][1])
        if self._on_rejected is not None:
            for event, message in rejected:
                self._call(self._on_rejected, event, message)

    def lose(self, lost: list[bytes], reason: str) -> None:
        """Events that were dropped together; maybe none."""
        if not lost:
            return
        if reason == UNAUTHORIZED:
            self._journal.warn(reason, "the server refuses the API key; events are dropped", once=True)
        elif reason == SHUTDOWN:
            self._journal.warn(reason, "closed with %d events that could not be delivered", len(lost))
        else:
            self._journal.warn(reason, "%d events were dropped: %s", len(lost), reason)
        if self._on_drop is not None:
            self._call(self._on_drop, [events.decode(event) for event in lost], reason)

    def _call(self, callback: Callable[..., None], *args: Any) -> None:
        try:
            callback(*args)
        except Exception:  # noqa: BLE001 - the host's code
            self._journal.warn("callback", "a callback raised", error=True)
