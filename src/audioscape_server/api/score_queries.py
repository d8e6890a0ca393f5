"""The questions about scores: those of a project were published by the score job, those of a universe are made here.

Everything here blocks: call it in a thread. The project comes from the key alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
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
    Flagged,
    Integrity,
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
from audioscape_server.scores.scope import Scope

#: Days for which scores are looked for: a server that stood still shows the old ones until there are new ones.
_SHOWN_DAYS: Final = 40


class ScoreQueries:
    """Every question about scores, for one request.

    Args:
        ask: runs a statement.
        catalog: knows the names and genres of assets.
        model_of: by which numbers a project is scored.
    """

    def __init__(self, ask: Callable[..., list[Row]], catalog: Catalog, model_of: Callable[[str], Parameters]) -> None:
        self._ask = ask
        self._catalog = catalog
        self._model_of = model_of

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
        wanted = None if genre is None else self._catalog.of_genre(project, genre)
        if universe:
            rows = self._chart_of_universe(project, universe, wanted, now, is_trending=is_trending)[:limit]
        else:
            rows = self._chart_of_project(project, wanted, limit, now, is_trending=is_trending)
        first = rows[0] if rows else None
        return Chart(
            self._places(project, rows, is_trending=is_trending),
            rfc3339(first["as_of"]) if first else None,
            first["model_version"] if first else None,
        )

    def _places(self, project: str, rows: Sequence[Row], *, is_trending: bool) -> list[ChartRow]:
        """The rows of a chart, with the names of their assets."""
        names = self._catalog.tracks(project, [row["asset_id"] for row in rows])
        return [
            ChartRow(
                **shaping.naming(row["asset_id"], names.get(row["asset_id"])),
                rank=number,
                score=score,
                low=low,
                high=high,
                previous_rank=row["previous_place"] or None,
            )
            for number, row in enumerate(rows, 1)
            for score, low, high in [_of_trend(row) if is_trending else (row["score"], row["low"], row["high"])]
        ]

    def _chart_of_project(
        self, project: str, wanted: Collection[int] | None, limit: int, now: float, *, is_trending: bool
    ) -> list[Row]:
        """The newest that was published: of these assets, with their ranks among themselves, or of all."""
        asked = {"project": project, "since": _since(now), "trending": int(is_trending)}
        if wanted is None:
            return self._ask("scores/chart", assets=[], limit=limit, **asked)
        days = [[asset for asset in row["assets"] if asset in wanted] for row in self._ask("scores/order", **asked)]
        if not days or not days[0]:
            return []
        before = {asset: number for number, asset in enumerate(days[1], 1)} if len(days) > 1 else {}
        rows = self._ask("scores/chart", assets=days[0][:limit], limit=limit, **asked)
        return [{**row, "previous_place": before.get(row["asset_id"])} for row in rows]

    def _chart_of_universe(
        self, project: str, universe: int, wanted: Collection[int] | None, now: float, *, is_trending: bool
    ) -> list[Row]:
        """Made of the events, now."""
        parameters = self._model_of(project)
        scope = Scope(self._ask, project, universe, now, parameters)
        if is_trending:
            rows = [one for one in scope.movers() if one["trend_rank"]]
            earlier = [one["asset_id"] for one in scope.movers(a_day_before=True) if one["trend_rank"]]
        else:
            rows = [one for one in scope.popular() if one["score"] > 0]
            before = sorted((one["rank_a_day_before"], one["asset_id"]) for one in rows if one["rank_a_day_before"])
            earlier = [asset for _, asset in before]
        shown = [one for one in rows if wanted is None or one["asset_id"] in wanted]
        of_shown = (asset for asset in earlier if wanted is None or asset in wanted)
        before = {asset: number for number, asset in enumerate(of_shown, 1)}
        shared = _shared(parameters, universe, now)
        return [{**shared, **one, "previous_place": before.get(one["asset_id"])} for one in shown]

    def track(self, project: str, asset_id: int, universe: int, now: float) -> TrackScore:
        """The score of an asset, explained.

        Raises:
            NotFoundError: it has none.
        """
        if universe:
            parameters = self._model_of(project)
            scored = Scope(self._ask, project, universe, now, parameters).scores()
            rows = [{**_shared(parameters, universe, now), **one} for one in scored if one["asset_id"] == asset_id]
        else:
            rows = self._ask("scores/of_asset", project=project, asset_id=asset_id, since=_since(now))
        if not rows:
            raise NotFoundError(
                f"asset {asset_id} has no score here: nobody played, skipped, queued, clicked or voted for it "
                "lately, or it was first seen in the last minutes"
            )
        return _explained(rows[0])

    def history(self, project: str, asset_id: int) -> ScoreHistory:
        """The scores of an asset in its project by day; none where it was never scored."""
        rows = self._ask("scores/history", project=project, asset_id=asset_id)
        return ScoreHistory(asset_id=str(asset_id), history=[_of_day(row) for row in rows])

    def integrity(self, project: str) -> Integrity:
        """Who should be looked at, as it was published last."""
        rows = self._ask("integrity/flagged", project=project)
        return Integrity([flagged(row) for row in rows if row["number"]], rfc3339(rows[0]["as_of"]) if rows else None)


def _since(now: float) -> date:
    return datetime.fromtimestamp(now, UTC).date() - timedelta(days=_SHOWN_DAYS)


def _parameters(row: Row) -> Parameters:
    return msgspec.json.decode(row["parameters"], type=Parameters)


def _shared(parameters: Parameters, universe: int, now: float) -> Row:
    """What a score that is made now has beside what is its own, as one that was published has it."""
    text = msgspec.json.encode(parameters).decode()
    return {"universe": universe, "as_of": now, "model_version": parameters.version, "parameters": text}


def _of_trend(row: Row) -> tuple[float, float, float]:
    """The lift of a trend, and between which it lies in 80 of 100 cases."""
    parameters, expected = _parameters(row), row["trend_expected"]
    low, high = popularity.bounds(row["trend_listeners"], parameters)
    return row["trend_lift"], trending.lift(low, expected, parameters), trending.lift(high, expected, parameters)


def _explained(row: Row) -> TrackScore:
    parameters = _parameters(row)
    parts: dict[str, Any] = {**row, "custom": dict(_values(one) for one in row["custom"])}
    over = math.fsum(mass - counted for _, mass, counted in map(_values, row["capped"]))
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
        components=Components(**{name: parts[name] for name in Components.__struct_fields__}),
        qualified_rate=row["qualified_rate"],
        capped_by_key=Capped(
            amount=over,
            share=over / row["uncapped"] if row["uncapped"] else 0.0,
            growth=row["key_growth"],
            keys=[CappedKey(*_values(one)) for one in row["capped"]],
        ),
        mass=row["mass"],
        quality=_quality(row, parameters),
        reference_mass=row["reference_mass"],
        trend=Trend(
            x=row["trend_listeners"],
            expected=row["trend_expected"],
            z=row["trend_z"],
            bar=row["trend_bar"],
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


def flagged(row: Row) -> Flagged:
    """A flag, as it is answered."""
    return Flagged(
        reason=row["reason"],
        key_id=row["key"],
        player_id=row["player_id"] or None,
        asset_id=str(row["asset_id"]),
        query=row["query"] or None,
        since=rfc3339(row["since"]),
        amount=row["amount"],
        of=row["of"],
        usual=None if row["usual"] < 0 else row["usual"],
        effect=row["effect"],
    )


def _values(one: Any) -> tuple[Any, ...]:
    """A named tuple comes from the table as a mapping, from a statement as it is."""
    return one if isinstance(one, tuple) else tuple(one.values())  # pyright: ignore[reportUnknownVariableType]
