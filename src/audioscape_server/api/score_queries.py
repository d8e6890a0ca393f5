"""The questions about scores. They read what the score job published, and work out nothing themselves.

Everything here blocks: call it in a thread. The project comes from the key alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import msgspec

from audioscape_server.api import shaping
from audioscape_server.api.dependencies import Catalog
from audioscape_server.api.periods import rfc3339
from audioscape_server.api.score_responses import (
    Capped,
    CappedKey,
    Chart,
    ChartRow,
    Components,
    Quality,
    ScoreHistory,
    ScoreOfDay,
    TrackScore,
    Trend,
)
from audioscape_server.api.shaping import Row
from audioscape_server.errors import NotFoundError
from audioscape_server.scores import popularity, trending
from audioscape_server.scores.parameters import Parameters

#: Days for which scores are looked for: a server that stood still shows the old ones until there are new ones.
_SHOWN_DAYS: Final = 40


class ScoreQueries:
    """Every question about scores, for one request.

    Args:
        ask: runs a statement.
        catalog: knows the names and genres of assets.
    """

    def __init__(self, ask: Callable[..., list[Row]], catalog: Catalog) -> None:
        self._ask = ask
        self._catalog = catalog

    def chart(
        self, project: str, universe: int, genre: str | None, limit: int, now: float, *, is_trending: bool
    ) -> Chart:
        """The first places of a chart.

        Args:
            project: whose.
            universe: 0 = the whole project.
            genre: only assets of this genre, with ranks among themselves.
            limit: how many places.
            now: Unix seconds.
            is_trending: which of the two charts.
        """
        asked = {
            "project": project,
            "universe": universe,
            "since": _since(now),
            "trending": int(is_trending),
        }
        assets: list[int] = []
        before: dict[int, int] | None = None
        if genre is not None:
            assets, before = self._of_genre(project, genre, asked)
            if not assets:
                return Chart([], None, None)
        rows = self._ask("scores/chart", assets=assets[:limit], limit=limit, **asked)
        first = rows[0] if rows else None
        return Chart(
            self._places(project, rows, before, is_trending=is_trending),
            rfc3339(first["as_of"]) if first else None,
            first["model_version"] if first else None,
        )

    def _places(
        self, project: str, rows: list[Row], before: dict[int, int] | None, *, is_trending: bool
    ) -> list[ChartRow]:
        """The rows of a chart; `before` is the ranks of the day before, where those of the whole chart do not tell."""
        names = self._catalog.tracks(project, [row["asset_id"] for row in rows])
        tracks: list[ChartRow] = []
        for number, row in enumerate(rows, 1):
            asset = row["asset_id"]
            score, low, high = _of_trend(row) if is_trending else (row["score"], row["low"], row["high"])
            previous = row["previous_place"] if before is None else before.get(asset)
            tracks.append(
                ChartRow(
                    **shaping.naming(asset, names.get(asset)),
                    rank=number,
                    score=score,
                    low=low,
                    high=high,
                    previous_rank=previous or None,
                )
            )
        return tracks

    def _of_genre(self, project: str, genre: str, asked: dict[str, Any]) -> tuple[list[int], dict[int, int]]:
        """The assets of a genre in the order of the chart, and their ranks among themselves on the day before."""
        wanted = self._catalog.of_genre(project, genre)
        days = [[asset for asset in row["assets"] if asset in wanted] for row in self._ask("scores/order", **asked)]
        before = {asset: number for number, asset in enumerate(days[1], 1)} if len(days) > 1 else {}
        return days[0] if days else [], before

    def track(self, project: str, asset_id: int, universe: int, now: float) -> TrackScore:
        """The score of an asset, explained.

        Raises:
            NotFoundError: it has none.
        """
        rows = self._ask("scores/of_asset", project=project, universe=universe, asset_id=asset_id, since=_since(now))
        if not rows:
            raise NotFoundError(
                f"asset {asset_id} has no score here: nobody played, skipped, queued, clicked or voted for it "
                "lately, or it was first seen in the last minutes"
            )
        return _explained(rows[0])

    def history(self, project: str, asset_id: int, universe: int) -> ScoreHistory:
        """The scores of an asset by day; none where it was never scored."""
        rows = self._ask("scores/history", project=project, universe=universe, asset_id=asset_id)
        return ScoreHistory(
            asset_id=str(asset_id),
            universe_id=shaping.identifier(universe),
            history=[_of_day(row) for row in rows],
        )


def _since(now: float) -> date:
    return datetime.fromtimestamp(now, UTC).date() - timedelta(days=_SHOWN_DAYS)


def _parameters(row: Row) -> Parameters:
    return msgspec.json.decode(row["parameters"], type=Parameters)


def _of_trend(row: Row) -> tuple[float, float, float]:
    """The lift of a trend, and between which it lies in 80 of 100 cases."""
    parameters, expected = _parameters(row), row["trend_expected"]
    low, high = popularity.bounds(row["trend_listeners"], parameters)
    return row["trend_lift"], trending.lift(low, expected, parameters), trending.lift(high, expected, parameters)


def _explained(row: Row) -> TrackScore:
    parameters = _parameters(row)
    over = math.fsum(mass - counted for _, mass, counted in map(_capped, row["capped"]))
    return TrackScore(
        asset_id=str(row["asset_id"]),
        universe_id=shaping.identifier(row["universe"]),
        score=row["score"],
        low=row["low"],
        high=row["high"],
        rank=row["rank"],
        as_of=rfc3339(row["as_of"]),
        model_version=row["model_version"],
        parameters=msgspec.to_builtins(parameters),
        listeners_7d=row["listeners"],
        half_life_days=parameters.half_life_days,
        components=Components(**{name: row[name] for name in Components.__struct_fields__}),
        qualified_rate=row["qualified_rate"],
        capped_by_key=Capped(
            amount=over,
            share=over / row["uncapped"] if row["uncapped"] else 0.0,
            keys=[CappedKey(*_capped(one)) for one in row["capped"]],
        ),
        mass=row["mass"],
        quality=_quality(row, parameters),
        reference_mass=row["reference_mass"],
        trend=Trend(
            x=row["trend_listeners"],
            expected=row["trend_expected"],
            z=row["trend_z"],
            lift=row["trend_lift"],
            keys=row["trend_keys"],
            rank=row["trend_rank"] or None,
        ),
    )


def _quality(row: Row, parameters: Parameters) -> Quality:
    completion_mean, vote_mean = row["completion_mean"], row["vote_mean"]
    return Quality(
        completion=popularity.completion(row["ends"], row["early_skips"], completion_mean, parameters),
        completion_mean=completion_mean,
        n=row["ends"],
        early_skips=row["early_skips"],
        vote_share=popularity.vote_share(row["up_votes"], row["down_votes"], vote_mean, parameters),
        vote_mean=vote_mean,
        up_votes=row["up_votes"],
        down_votes=row["down_votes"],
        multiplier=row["quality"],
    )


def _of_day(row: Row) -> ScoreOfDay:
    written: dict[str, Any] = {"day": str(row["day"]), "as_of": rfc3339(row["as_of"])}
    return ScoreOfDay(**{**row, **written})


def _capped(one: Any) -> tuple[str, float, float]:
    """A named tuple comes as a mapping."""
    return one["key"], one["mass"], one["counted"]
