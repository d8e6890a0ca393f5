"""Make and publish scores without a server and its control database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from audioscape_server.jobs import Hold
from audioscape_server.scores.job import ScoreJob
from audioscape_server.scores.parameters import DEFAULT, Parameters
from audioscape_server.scores.scope import Scope

if TYPE_CHECKING:
    from audioscape_server.scores.model import Scored
    from audioscape_server.warehouse import Warehouse


class _Alone:
    """Nobody else wants the job."""

    def renew(self, _name: str, fence: int, _for_s: float, above: int = 0) -> int:
        return max(fence, above + 1)


def hold(fence: int = 1) -> Hold:
    """Hold the score job, under a fence."""
    return Hold(cast("Any", _Alone()), "scores", fence)


def publish(warehouse: Warehouse, now: float, parameters: Parameters = DEFAULT) -> None:
    """Score every project at an instant, Unix seconds."""
    ScoreJob(warehouse, lambda: now, lambda _: parameters).run(hold())


def scope(warehouse: Warehouse, project: str, universe: int, now: float, parameters: Parameters = DEFAULT) -> Scope:
    """A project (universe 0) or a universe of it, at an instant, Unix seconds."""

    def ask(name: str, **parameters: Any) -> list[dict[str, Any]]:
        return warehouse.ask(name, parameters, tag="scores", seconds=30)

    return Scope(ask, project, universe, now, parameters)


def scores_of(
    warehouse: Warehouse, project: str, universe: int, now: float, parameters: Parameters = DEFAULT
) -> list[Scored]:
    """All scores of it."""
    return scope(warehouse, project, universe, now, parameters).scores()
