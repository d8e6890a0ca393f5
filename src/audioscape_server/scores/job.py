"""The score job: what it asks the warehouse, when, and how it publishes what comes out.

Promises:
    * Scores are a function of the events that the warehouse holds, of the day, and of the parameters. Nothing of an
      earlier run goes into them, so a run from nothing gives what any other gives, to the last bit. (What trends is a
      function of the moment, too.)
    * A project is scored again when its number of events or its model has changed, at the first run of a day, and every
      hour; and as long as a block was half stored when that was looked at. A key that is not in all tables yet counts
      nothing: a first listener whom nobody knows to be of the only key would be capped.
    * A project is published by one insert, and its rows are read by the number of their snapshot: nobody sees half of
      it. The number begins with the fence of the job: rows of a worker that was held up never replace newer ones.
    * A run that is cut short leaves whole projects. What it did not come to is scored by the next run.
    * Its questions take one thread each, so that there is another for whoever takes events in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from audioscape_server.jobs import Hold
from audioscape_server.jobs.projects import DueProjects
from audioscape_server.scores.model import Scored
from audioscape_server.scores.parameters import DEFAULT, Parameters
from audioscape_server.scores.scope import Scope, day_of

#: Under which the questions of the job can be stopped.
TAG: Final = "scores"
#: Seconds that one question of the job may take, less than the job is held for.
_ASKED_S: Final = 240.0
#: The universe under which a whole project is kept.
WHOLE: Final = 0

COLUMNS: Final = {
    "project": "LowCardinality(String)", "universe": "UInt64", "day": "Date", "snapshot": "UInt64", "as_of": "Float64",
    "model_version": "LowCardinality(String)", "parameters": "LowCardinality(String)",
    "asset_id": "UInt64", "score": "Float64", "low": "Float64", "high": "Float64", "rank": "UInt32",
    "listeners": "UInt64", "listens": "Float64", "plays_without_end": "Float64", "queue": "Float64",
    "clicks": "Float64", "favorites": "Float64",
    "custom": "Array(Tuple(type String, players Float64))", "qualified_rate": "Float64", "uncapped": "Float64",
    "key_growth": "Float64",
    "mass": "Float64", "reference_mass": "Float64", "ends": "Float64", "early_skips": "Float64",
    "completion_mean": "Float64", "up_votes": "Float64", "down_votes": "Float64", "vote_mean": "Float64",
    "quality": "Float64", "capped": "Array(Tuple(key String, mass Float64, counted Float64))",
    "trend_listeners": "Float64", "trend_expected": "Float64", "trend_z": "Float64", "trend_bar": "Float64",
    "trend_lift": "Float64", "trend_keys": "UInt32", "trend_rank": "UInt32",
}  # fmt: skip
#: Those that are the same for every row of a project.
_SHARED: Final = 7


class Events(Protocol):
    """The warehouse, as the score job sees it."""

    def ask(
        self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float, threads: int
    ) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql``."""
        ...

    def changes_under_way(self) -> frozenset[str]:
        """The changes that run now, by name."""
        ...

    def add(self, table: str, columns: Mapping[str, str], data: Sequence[Sequence[Any]]) -> None:
        """Put rows into a table."""
        ...


class ScoreJob:
    """Keeps the scores of all projects up to date.

    Args:
        warehouse: holds the events, and takes the scores.
        clock: Unix seconds.
        model_of: by which numbers a project is scored.
    """

    def __init__(
        self, warehouse: Events, clock: Callable[[], float], model_of: Callable[[str], Parameters] = lambda _: DEFAULT
    ) -> None:
        self._warehouse = warehouse
        self._model_of = model_of
        self._clock = clock
        self._projects = DueProjects(clock)

    def run(self, hold: Hold) -> None:
        """Score every project that is due.

        Raises:
            ServiceUnavailableError: the warehouse is away, or another worker has the job now.
        """
        rows = self._ask("scores/projects")
        under_way = self._warehouse.changes_under_way()
        looks = ((row["project"], (row["events"], self._model_of(row["project"]).version)) for row in rows)
        for project, now in self._projects.each(hold, looks, under_way, self._newest):
            parameters = self._model_of(project)
            scored = Scope(self._ask, project, WHOLE, now, parameters).scores()
            hold.renew()
            if scored:
                self._publish(hold, project, now, parameters, scored)

    def _newest(self) -> int:
        [newest] = self._ask("scores/newest_snapshot", day=day_of(self._clock()))
        return newest["snapshot"]

    def _publish(self, hold: Hold, project: str, now: float, parameters: Parameters, scored: Sequence[Scored]) -> None:
        snapshot = self._projects.next_number(hold)
        text = msgspec.json.encode(parameters).decode()
        shared = (project, WHOLE, day_of(now), snapshot, now, parameters.version, text)
        columns = [[value] * len(scored) for value in shared]
        columns += [[one[name] for one in scored] for name in list(COLUMNS)[_SHARED:]]
        self._warehouse.add("scores", COLUMNS, columns)

    def _ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._warehouse.ask(name, parameters, tag=TAG, seconds=_ASKED_S, threads=1)
