"""Whether the server can do its work, as ``/readyz`` says it: what a post would be answered now, and what it rests on.

The verdict is of the intake: it needs the spool and nothing else. A warehouse server or a control database that is away
is told of and changes nothing, because events are taken and load later. An embedded engine that has not answered for
`STUCK_S` is another matter: it shares our process, and nothing but a new start mends it.

An answer costs nothing: it says what was found last. One question at a time goes to the warehouse, from a thread of its
own, so that no number of those who ask can hang with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from audioscape_server.errors import AudioScapeError
from audioscape_server.lanes import HangsError, Lane

#: Seconds between two questions to the warehouse, and in which an answer must come.
PROBE_S = 2.0
ANSWER_S = 5.0
#: Seconds without an answer after which an embedded engine is taken for stuck.
STUCK_S = 60.0


class Readiness:
    """What the parts of the server say of themselves.

    Args:
        why_refusing: why a post would be refused now, in words; None when it would be taken.
        ask_warehouse: asks the warehouse anything; blocks, and raises an `AudioScapeError` when it is away.
        knows_keys: whether the last look found the control database.
        embedded: whether the warehouse is the embedded engine.
        monotonic: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        *,
        why_refusing: Callable[[], str | None],
        ask_warehouse: Callable[[], object],
        knows_keys: Callable[[], bool],
        embedded: bool,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._why_refusing = why_refusing
        self._ask_warehouse = ask_warehouse
        self._knows_keys = knows_keys
        self._embedded = embedded
        self._monotonic = monotonic
        self._lane = Lane("warehouse probe", ANSWER_S)
        self._warehouse = "ok"
        self._answered_at = monotonic()

    async def probe(self) -> None:
        """Ask the warehouse once. To be called every `PROBE_S`."""
        try:
            await self._lane.run(self._ask_warehouse)
        except HangsError:
            self._warehouse = "does not answer"
        except AudioScapeError:
            self._warehouse = "away"
            self._answered_at = self._monotonic()
        else:
            self._warehouse = "ok"
            self._answered_at = self._monotonic()

    @property
    def is_asking(self) -> bool:
        """Whether a question to the warehouse is under way."""
        return self._lane.is_busy

    def __call__(self) -> tuple[bool, dict[str, str]]:
        """Whether the server can do its work, and the state of each part. Never blocks."""
        intake = self._why_refusing()
        parts = {
            "intake": intake or "ok",
            "warehouse": self._warehouse,
            "keys": "ok" if self._knows_keys() else "away",
        }
        stuck = self._embedded and self._monotonic() - self._answered_at > STUCK_S
        return intake is None and not stuck, parts
