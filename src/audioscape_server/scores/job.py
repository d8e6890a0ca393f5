"""The score job: what it asks the warehouse, when, and how it publishes what comes out.

Promises:
    * Scores are a function of the events that the warehouse holds, of the day, and of the parameters. Nothing of an
      earlier run goes into them, so a run from nothing gives what any other gives, to the last bit. (What trends is a
      function of the moment, too.)
    * A project is scored again when its number of events or its model has changed, at the first run of a day, and every
      hour.
    * A scope is published by one insert, and its rows are read by the number of their snapshot: nobody sees half of it.
      The number begins with the fence of the job, so the rows of a worker that was held up never replace newer ones.
    * A run that is cut short leaves whole scopes. What it did not come to is scored by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Final, Protocol

import msgspec

from audioscape_server.jobs import Hold
from audioscape_server.scores import popularity
from audioscape_server.scores.model import Scored, score_scope
from audioscape_server.scores.parameters import DEFAULT, Parameters

#: Under which the questions of the job can be stopped.
TAG: Final = "scores"
#: Seconds that one question of the job may take, less than the job is held for.
_ASKED_S: Final = 240.0
#: Seconds after which a project is scored again though nothing has come: trends end.
_STALE_S: Final = 3_600.0
#: Bits of a snapshot's number that count the scopes of a run; the fence of the job stands above them.
_RUN_BITS: Final = 32

COLUMNS: Final = {
    "project": "LowCardinality(String)", "universe": "UInt64", "day": "Date", "snapshot": "UInt64", "as_of": "Float64",
    "model_version": "LowCardinality(String)", "parameters": "LowCardinality(String)",
    "asset_id": "UInt64", "score": "Float64", "low": "Float64", "high": "Float64", "rank": "UInt32",
    "listeners": "UInt64", "listens": "Float64", "plays_without_end": "Float64", "queue": "Float64",
    "clicks": "Float64", "favorites": "Float64", "qualified_rate": "Float64", "uncapped": "Float64",
    "mass": "Float64", "reference_mass": "Float64", "ends": "UInt64", "early_skips": "UInt64",
    "completion_mean": "Float64", "up_votes": "Float64", "down_votes": "Float64", "vote_mean": "Float64",
    "quality": "Float64", "capped": "Array(Tuple(key String, mass Float64, counted Float64))",
    "trend_listeners": "Float64", "trend_expected": "Float64", "trend_z": "Float64", "trend_lift": "Float64",
    "trend_keys": "UInt32", "trend_rank": "UInt32",
}  # fmt: skip
#: Those that are the same for every row of a scope.
_SHARED: Final = 7


class Events(Protocol):
    """The warehouse, as the score job sees it."""

    def ask(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql``."""
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
        self._clock = clock
        self._model_of = model_of
        #: Of each project: how many events it had when it was scored last, by which version, and when that was.
        self._scored: dict[str, tuple[int, str, float]] = {}
        self._runs = 0

    def run(self, hold: Hold) -> None:
        """Score every project that is due.

        Raises:
            ServiceUnavailableError: the warehouse is away, or another worker has the job now.
        """
        totals = {row["project"]: row["events"] for row in self._ask("scores/projects")}
        is_first = True
        for project, events in totals.items():
            now, parameters = self._clock(), self._model_of(project)
            if not self._is_due(project, events, parameters, now):
                continue
            if is_first:
                [newest] = self._ask("scores/newest_snapshot", day=_day(now))
                hold.renew(above=newest["snapshot"] >> _RUN_BITS)
                is_first = False
            for universe, scored in self.scores(project, now, parameters).items():
                hold.renew()
                self._publish(hold, (project, universe, now), parameters, scored)
            self._scored[project] = (events, parameters.version, now)

    def scores(
        self, project: str, now: float, parameters: Parameters, *, by_universe: bool | None = None
    ) -> dict[int, list[Scored]]:
        """Score a project: the scores of each scope, by universe; 0 is the whole project.

        Args:
            project: whose events.
            now: Unix seconds.
            parameters: of the model.
            by_universe: only the universes, or only the whole project; None = both.
        """
        traffic = self._ask("scores/traffic", project=project, today=_day(now))
        allowed = popularity.allowances([row["earlier"] for row in traffic], parameters)
        asked = {
            "project": project,
            "today": _day(now),
            "keys": [row["key"] for row in traffic],
            "allowances": [-1.0 if one is None else one for one in allowed],
            "cap_base": parameters.cap_base,
            "qualified_s": parameters.qualified_s,
            "prior_players": parameters.prior_players,
        }
        found: dict[int, list[Scored]] = {}
        for of_universes in (False, True) if by_universe is None else (by_universe,):
            counted = self._ask(
                "scores/popularity", by_universe=int(of_universes), **asked, **_of_popularity(parameters)
            )
            moved = self._ask(
                "scores/trending",
                by_universe=int(of_universes),
                as_of=now,
                trend_days=parameters.trend_days,
                half_life_days=parameters.trend_half_life_days,
                **asked,
            )
            movers = {scope: list(rows) for scope, rows in groupby(moved, key=_scope)}
            for scope, rows in groupby(counted, key=_scope):
                found[scope] = score_scope(list(rows), movers.get(scope, []), len(traffic), parameters)
        return found

    def _is_due(self, project: str, events: int, parameters: Parameters, now: float) -> bool:
        had, version, at = self._scored.get(project, (-1, "", 0.0))
        return (events, parameters.version) != (had, version) or now - at >= _STALE_S or _day(at) != _day(now)

    def _publish(
        self, hold: Hold, what: tuple[str, int, float], parameters: Parameters, scored: Sequence[Scored]
    ) -> None:
        project, universe, now = what
        self._runs += 1
        snapshot = (hold.fence << _RUN_BITS) + self._runs
        text = msgspec.json.encode(parameters).decode()
        shared = (project, universe, _day(now), snapshot, now, parameters.version, text)
        columns = [[value] * len(scored) for value in shared]
        columns += [[one[name] for one in scored] for name in list(COLUMNS)[_SHARED:]]
        self._warehouse.add("scores", COLUMNS, columns)

    def _ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._warehouse.ask(name, parameters, tag=TAG, seconds=_ASKED_S)


def _of_popularity(parameters: Parameters) -> dict[str, Any]:
    names = (
        "favorite_half_life_days", "window_days", "early_s",
        "weight_queue", "weight_click", "weight_favorite", "reference_days",
    )  # fmt: skip
    return {"weights": popularity.weights(parameters), **{name: getattr(parameters, name) for name in names}}


def _scope(row: Mapping[str, Any]) -> int:
    return int(row["scope"])


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()
