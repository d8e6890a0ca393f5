"""Forgets what is too old in the control database, which all workers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from audioscape_server.control import Claims
from audioscape_server.jobs.runner import Hold


class Ageing(Protocol):
    """What gets too old."""

    def forget_old(self) -> object:
        """Remove what is too old."""
        ...


class Tidying:
    """The job.

    Args:
        may_forget: whether the clock can be trusted to tell what is old.
        claims: of batches.
        waiting_since: since when the batch waits that waits longest in any spool, Unix seconds.
        others: what gets too old by itself.
    """

    def __init__(
        self,
        may_forget: Callable[[], bool],
        claims: Claims,
        waiting_since: Callable[[], float],
        others: Sequence[Ageing],
    ) -> None:
        self._may_forget = may_forget
        self._claims = claims
        self._waiting_since = waiting_since
        self._others = others

    def run(self, _hold: Hold) -> None:
        """Forget it.

        Raises:
            SQLAlchemyError: the control database does not answer.
        """
        if not self._may_forget():
            return  # a worker whose clock can be trusted does it, in one of the next minutes
        self._claims.forget_old(self._waiting_since())
        for one in self._others:
            one.forget_old()
