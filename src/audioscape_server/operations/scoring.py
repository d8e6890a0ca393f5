"""What an operator asks about scores: what other numbers would do, to publish them, and why a track has its score.

The same whether a server runs or not, as in ``upkeep``. Every parameter is a text, as it comes from a query string.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from audioscape_server.api.periods import rfc3339
from audioscape_server.api.score_queries import ScoreQueries, flagged
from audioscape_server.api.score_responses import Integrity
from audioscape_server.control import Catalog, ControlDatabase, ScoreModels
from audioscape_server.control.projects import require_project
from audioscape_server.scores.integrity import IntegrityJob
from audioscape_server.scores.scope import Scope
from audioscape_server.scores.what_if import Models, changed, moves, unheard_of
from audioscape_server.warehouse import Warehouse

#: Under which the questions of these commands can be stopped.
_TAG: Final = "scores-explained"
_ASKED_S: Final = 30.0


class Scoring:
    """The commands.

    Args:
        warehouse: holds the events and the scores.
        control: holds the models and the names.
        clock: Unix seconds.
    """

    def __init__(self, warehouse: Warehouse, control: ControlDatabase, clock: Callable[[], float] = time.time) -> None:
        self._models = Models(ScoreModels(control, clock))
        self._catalog = Catalog(control)
        self._warehouse = warehouse
        self._clock = clock

    @property
    def commands(self) -> Mapping[str, Callable[..., Any]]:
        """Every command, by its name."""
        return {
            "scores-preview": self.preview,
            "scores-publish": self.publish,
            "scores-explain": self.explain,
            "scores-flagged": self.flagged,
        }

    def preview(self, project: str, changes: str, universe: str = "0", limit: str = "20") -> dict[str, Any]:
        """Who would move, and why, if a project were scored by other numbers.

        Raises:
            InvalidRequestError: a change is none.
        """
        require_project(project)
        now = self._models.of(project)
        other = changed(now, msgspec.json.decode(changes, type=dict[str, float]))
        before, after = (Scope(self._ask, project, int(universe), self._clock(), one).popular() for one in (now, other))
        shown = moves(before, after, (now, other), int(limit))
        names = self._catalog.tracks(project, [int(one.asset_id) for one in shown])
        return {
            "model_version": now.version,
            "unheard_of": unheard_of(after, other),
            "tracks": [
                {"title": name.title if (name := names.get(int(one.asset_id))) else None, **msgspec.to_builtins(one)}
                for one in shown
            ],
        }

    def publish(self, project: str, changes: str) -> dict[str, Any]:
        """Score a project by other numbers from now on; returns all of them, with the version that they got.

        Raises:
            InvalidRequestError: a change is none.
        """
        require_project(project)
        other = changed(self._models.of(project), msgspec.json.decode(changes, type=dict[str, float]))
        return msgspec.to_builtins(self._models.publish(project, other))

    def explain(self, project: str, asset_id: str, universe: str = "0") -> dict[str, Any]:
        """Why a track has its score.

        Raises:
            NotFoundError: it has none.
        """
        queries = ScoreQueries(self._ask, self._catalog, self._models.of)
        return msgspec.to_builtins(queries.track(project, int(asset_id), int(universe), self._clock()))

    def flagged(self, project: str) -> dict[str, Any]:
        """Who should be looked at, as the events stand now."""
        require_project(project)
        now = self._clock()
        flags = IntegrityJob(self._warehouse, self._clock, self._models.of).flags(project, now)
        return msgspec.to_builtins(Integrity([flagged(one._asdict()) for one in flags], rfc3339(now)))

    def _ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._warehouse.ask(name, parameters, tag=_TAG, seconds=_ASKED_S)
