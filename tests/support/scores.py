"""Publish scores without a server and its control database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from audioscape_server.jobs import Hold
from audioscape_server.scores.job import ScoreJob

if TYPE_CHECKING:
    from audioscape_server.warehouse import Warehouse


class _Alone:
    """Nobody else wants the job."""

    def renew(self, _name: str, fence: int, _for_s: float, above: int = 0) -> int:
        return max(fence, above + 1)


def hold(fence: int = 1) -> Hold:
    """Hold the score job, under a fence."""
    return Hold(cast("Any", _Alone()), "scores", fence)


def publish(warehouse: Warehouse, now: float) -> None:
    """Score every project at an instant, Unix seconds."""
    ScoreJob(warehouse, lambda: now).run(hold())
