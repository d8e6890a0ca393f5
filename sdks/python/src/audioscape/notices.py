"""How the host hears what became of its events: its callbacks, and a line in the log.

A refusal is never silent: it is logged with or without a callback, once for each reason.

Called without any lock held and after the counters are right. What a callback raises is logged and goes no further.
"""

from __future__ import annotations

from typing import Any, Callable

from audioscape import events
from audioscape.buffer import BEFORE_SEND, REFUSED, SHUTDOWN, TOO_LARGE, UNAUTHORIZED
from audioscape.journal import Journal
from audioscape.options import EXAMPLE

#: Called with an event and a message, for each event that was refused.
Rejected = Callable[[dict[str, Any], str], None]

#: Called with a list of events and a reason, when events are lost.
Dropped = Callable[[list[dict[str, Any]], str], None]

#: Answers of a server that has no such path.
WRONG_PATH = (404, 405)


class Notices:
    """Tells the host."""

    def __init__(self, url: str, on_rejected: Rejected | None, on_drop: Dropped | None, journal: Journal) -> None:
        """Tell these callbacks, and the log through `journal`; `url` is where the answers come from."""
        self._url = url
        self._on_rejected = on_rejected
        self._on_drop = on_drop
        self._journal = journal

    def reject(self, rejected: list[tuple[dict[str, Any], str]], status: int = 0) -> None:
        """Events that were refused one by one, each with its reason; `status` 0: by the SDK itself."""
        for message in dict.fromkeys(message for _, message in rejected):
            said = self._journal.quote(message)
            if status:
                self._journal.refusal(
                    (status, said), "the server refused an event: %s (HTTP %d from %s)", said, status, self._url
                )
            else:
                self._journal.refusal((0, said), "an event was refused before it was sent: %s", said)
        if self._on_rejected is not None:
            for event, message in rejected:
                self._call(self._on_rejected, event, message)

    def lose(self, lost: list[bytes], reason: str, status: int = 0, said: str = "") -> None:
        """Events that were dropped together; maybe none. `status` and `said`: of the answer that refused them."""
        if not lost:
            return
        if reason in (UNAUTHORIZED, REFUSED, TOO_LARGE):
            self._log_refusal(len(lost), reason, status, self._journal.quote(said))
        elif reason == SHUTDOWN:
            self._journal.warn(reason, "closed with %d events that could not be delivered", len(lost))
        elif reason != BEFORE_SEND:  # that is the host's own will, or was logged as a failure of its hook
            self._journal.warn(reason, "%d events were dropped: %s", len(lost), reason)
        if self._on_drop is not None:
            self._call(self._on_drop, [events.decode(event) for event in lost], reason)

    def _log_refusal(self, count: int, reason: str, status: int, said: str) -> None:
        if reason == UNAUTHORIZED:
            identity, what = (0, UNAUTHORIZED), "the server refuses the API key, so events are dropped"
        else:
            identity, what = (status, said), f"the server refused {count} events, which are dropped"
        hint = ""
        if status in WRONG_PATH:
            hint = f'. Is the endpoint right? It is the address of the server alone, such as "{EXAMPLE}"'
        self._journal.refusal(identity, "%s: %s (HTTP %d from %s)%s", what, said, status, self._url, hint)

    def _call(self, callback: Callable[..., None], *args: Any) -> None:
        try:
            callback(*args)
        except Exception:  # noqa: BLE001 - the host's code
            self._journal.warn("callback", "a callback raised", error=True)
