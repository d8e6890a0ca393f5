"""What is scored at once: a project, or one universe of it. Asks the warehouse, and remembers nothing.

A score is a function of the events, of the moment and of the parameters. Those of a project are made by the score job
and kept; those of a universe are made when somebody asks, for there may be thousands, and few are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from audioscape_server.scores import popularity
from audioscape_server.scores.model import Scored, Trend, score_popularity, score_trends, with_trends
from audioscape_server.scores.parameters import Parameters

_DAY_S: Final = 86_400.0
#: What `scores/popularity` takes as it is.
_OF_POPULARITY: Final = (
    "favorite_half_life_days", "window_days", "early_s",
    "weight_queue", "weight_click", "weight_favorite", "reference_days",
    "reference_assets", "reference_quantile", "least_reference", "scale", "key_points",
)  # fmt: skip


class Ask(Protocol):
    """Runs a statement of the warehouse."""

    def __call__(self, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql``."""
        ...


class Scope:
    """A project or a universe, at a moment.

    Args:
        ask: runs a statement.
        project: whose events.
        universe: 0 = the whole project.
        now: Unix seconds.
        parameters: of the model.
    """

    def __init__(self, ask: Ask, project: str, universe: int, now: float, parameters: Parameters) -> None:
        self._ask = ask
        self._now = now
        self._parameters = parameters
        today = day_of(now)
        traffic = ask("scores/traffic", project=project, universe=universe, today=today)
        self._keys = len(traffic)
        allowed = popularity.allowances([row["earlier"] for row in traffic], parameters)
        self._asked: Mapping[str, Any] = {
            "project": project,
            "universe": universe,
            "keys": [row["key"] for row in traffic],
            "allowances": [-1.0 if one is None else one for one in allowed],
            "cap_base": parameters.cap_base,
            "qualified_s": parameters.qualified_s,
            "prior_players": parameters.prior_players,
        }

    def scores(self) -> list[Scored]:
        """Every asset with its score and its trend, the most popular first."""
        return with_trends(self.popular(), self.movers())

    def popular(self) -> list[Scored]:
        """Every asset with its score, the most popular first."""
        # Sums of other than whole numbers depend on their order.
        custom = dict(sorted(self._parameters.custom_weights.items()))
        counted = self._ask(
            "scores/popularity",
            today=day_of(self._now),
            weights=popularity.weights(self._parameters),
            custom_types=list(custom),
            custom_weights=list(custom.values()),
            **{name: getattr(self._parameters, name) for name in _OF_POPULARITY},
            **self._asked,
        )
        return score_popularity(counted, self._parameters)

    def movers(self, *, a_day_before: bool = False) -> list[Trend]:
        """How the last 24 hours of each asset compare with those before, what trends first."""
        as_of = self._now - _DAY_S * a_day_before
        moved = self._ask(
            "scores/trending",
            today=day_of(as_of),
            as_of=as_of,
            trend_days=self._parameters.trend_days,
            half_life_days=self._parameters.trend_half_life_days,
            **self._asked,
        )
        return score_trends(moved, self._keys, self._parameters)


def day_of(at: float) -> date:
    """The UTC day of a moment."""
    return datetime.fromtimestamp(at, UTC).date()
