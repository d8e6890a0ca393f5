"""Forgets what is too old in the control database, which all workers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from audioscape_server.control import Claims
from audioscape_server.jobs.runner import Hold

#: Seconds for which a clock that was wrong has no say in what is too old: as long as a claim is kept.
WATCHED_S: Final = 8 * 86_400.0


class Ageing(Protocol):
    """What gets too old."""

    def forget_old(self, now: float) -> object:
        """Remove what is too old at this time, Unix seconds."""
        ...


class Tidying:
    """The job.

    Args:
        at_least: the least that the clock read in the last so many seconds, see `ClockWatch`.
        claims: of batches.
        waiting_since: since when the batch waits that waits longest in any spool, Unix seconds.
        others: what gets too old by itself.
    """

    def __init__(
        self,
        at_least: Callable[[float], float],
        claims: Claims,
        waiting_since: Callable[[], float],
        others: Sequence[Ageing],
    ) -> None:
        self._at_least = at_least
        self._claims = claims
        self._waiting_since = waiting_since
        self._others = others

    def run(self, _hold: Hold) -> None:
        """Forget it.

        Raises:
            SQLAlchemyError: the control database does not answer.
        """
        now = self._at_least(WATCHED_S)
        self._claims.forget_old(min(now, self._waiting_since()))
        for one in self._others:
            one.forget_old(now)
