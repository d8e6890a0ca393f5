"""From what the warehouse counted to scores, ranks and trends: pure, for a project or one universe of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audioscape_server.scores import popularity, trending
from audioscape_server.scores.parameters import Parameters

Row = Mapping[str, Any]
#: The scores of an asset and what they are made of: a row of the table of that name, but for what all rows share.
Scored = dict[str, Any]
#: How the last 24 hours of an asset compare: those fields of a score.
Trend = dict[str, Any]


def score_popularity(counted: Sequence[Row], parameters: Parameters) -> list[Scored]:
    """Score every asset, the first of the chart first.

    Args:
        counted: rows of ``scores/popularity.sql``.
        parameters: of the model.
    """
    if not counted:
        return []
    reference = popularity.reference_mass([row["masses"] for row in counted], parameters)
    ends = sum(row["ends"] for row in counted)
    ups = sum(row["ups"] for row in counted)
    means = (
        popularity.rate(ends - sum(row["early"] for row in counted), ends, parameters),
        popularity.rate(ups, ups + sum(row["downs"] for row in counted), parameters),
    )
    scored = [_popularity(row, reference, means, parameters) for row in counted]
    for back, name in ((1, "rank_a_day_before"), (0, "rank")):
        masses = {row["asset"]: row["masses"][back] for row in counted}
        scored = _in_order(scored, masses, parameters)
        for number, one in enumerate(scored, 1):
            one[name] = number if masses[one["asset_id"]] > 0 or not back else 0
    return scored


def score_trends(moved: Iterable[Row], keys_of_project: int, parameters: Parameters) -> list[Trend]:
    """Compare the last 24 hours of every asset with the days before; what trends comes first, by its place.

    Args:
        moved: rows of ``scores/trending.sql``.
        keys_of_project: how many keys send events at all.
        parameters: of the model.
    """
    trends: list[Trend] = []
    places: list[Trend] = []
    compared = [row for row in moved if row["has_past"]]
    bar = trending.least_surprise((row["expected"] for row in compared), parameters)
    for row in compared:
        listeners, expected, keys = row["listeners"], row["expected"], row["trend_keys"]
        one = {
            "asset_id": row["asset"],
            "trend_listeners": listeners,
            "trend_expected": expected,
            "trend_z": trending.surprise(listeners, expected, parameters),
            "trend_bar": bar,
            "trend_lift": trending.lift(listeners, expected, parameters),
            "trend_keys": keys,
            "trend_rank": 0,
        }
        does = trending.trends(listeners, expected, keys, keys_of_project, parameters, bar=bar)
        (places if does else trends).append(one)
    places.sort(key=lambda one: (-one["trend_lift"], one["asset_id"]))
    for number, one in enumerate(places, 1):
        one["trend_rank"] = number
    return [*places, *trends]


def with_trends(scored: list[Scored], trends: Iterable[Trend]) -> list[Scored]:
    """Add to each score how the last 24 hours of its asset compare."""
    by_asset = {one["asset_id"]: one for one in scored}
    for trend in trends:
        by_asset.get(trend["asset_id"], {}).update(trend)
    return scored


def _popularity(row: Row, reference: float, means: tuple[float, float], parameters: Parameters) -> Scored:
    completion_mean, vote_mean = means
    mass = row["mass"]
    completed = popularity.completion(row["ends"], row["early"], completion_mean, parameters)
    voted = popularity.vote_share(row["ups"], row["downs"], vote_mean, parameters)
    quality = popularity.quality(completed, completion_mean, voted, vote_mean, parameters)
    low, high = popularity.bounds(mass, parameters)
    return {
        "asset_id": row["asset"],
        "score": popularity.score(mass * quality, reference, parameters),
        "low": popularity.score(low * quality, reference, parameters),
        "high": popularity.score(high * quality, reference, parameters),
        "listeners": row["listeners"],
        "listens": row["listens"],
        "plays_without_end": row["plays"],
        "queue": row["queue"],
        "clicks": row["clicks"],
        "favorites": row["favorites"],
        "custom": [tuple(one) for one in row["custom_players"]],
        "qualified_rate": row["qualified_rate"],
        "uncapped": row["total"],
        "key_growth": row["growth"],
        "mass": mass,
        "reference_mass": reference,
        "ends": row["ends"],
        "early_skips": row["early"],
        "completion_mean": completion_mean,
        "up_votes": row["ups"],
        "down_votes": row["downs"],
        "vote_mean": vote_mean,
        "quality": quality,
        "capped": [tuple(one) for one in row["capped_keys"]],
        "trend_listeners": 0.0,
        "trend_expected": 0.0,
        "trend_z": 0.0,
        "trend_bar": 0.0,
        "trend_lift": 0.0,
        "trend_keys": 0,
        "trend_rank": 0,
    }


def _in_order(scored: Iterable[Scored], masses: Mapping[int, float], parameters: Parameters) -> list[Scored]:
    """By the lower end of what the mass of each may be, times its quality."""

    def order(one: Scored) -> tuple[float, float, int]:
        mass = masses[one["asset_id"]]
        low, _ = popularity.bounds(mass, parameters)
        return -low * one["quality"], -mass * one["quality"], one["asset_id"]

    return sorted(scored, key=order)
