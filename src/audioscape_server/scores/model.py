"""From what the warehouse counted to scores, ranks and trends: pure, for one scope of one project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audioscape_server.scores import popularity, trending
from audioscape_server.scores.parameters import Parameters

Row = Mapping[str, Any]
#: The scores of an asset and what they are made of: a row of the table of that name, but for what all rows share.
Scored = dict[str, Any]


def score_scope(
    counted: Sequence[Row], moved: Iterable[Row], keys_of_project: int, parameters: Parameters
) -> list[Scored]:
    """Score every asset of a scope, the first of the chart first.

    Args:
        counted: rows of ``scores/popularity.sql``.
        moved: rows of ``scores/trending.sql``.
        keys_of_project: how many keys send events at all.
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
    scored = {row["asset"]: _popularity(row, reference, means, parameters) for row in counted}
    ranked = sorted(
        scored.values(), key=lambda one: (-one.pop("order"), -one["mass"] * one["quality"], one["asset_id"])
    )
    for number, one in enumerate(ranked, 1):
        one["rank"] = number
    _add_trends(scored, moved, keys_of_project, parameters)
    return ranked


def _popularity(row: Row, reference: float, means: tuple[float, float], parameters: Parameters) -> Scored:
    completion_mean, vote_mean = means
    mass = row["mass"]
    completed = popularity.completion(row["ends"], row["early"], completion_mean, parameters)
    voted = popularity.vote_share(row["ups"], row["downs"], vote_mean, parameters)
    quality = popularity.quality(completed, completion_mean, voted, vote_mean, parameters)
    low, high = popularity.bounds(mass, parameters)
    return {
        "asset_id": row["asset"],
        "order": low * quality,
        "score": popularity.score(mass * quality, reference, parameters),
        "low": popularity.score(low * quality, reference, parameters),
        "high": popularity.score(high * quality, reference, parameters),
        "listeners": row["listeners"],
        "listens": row["listens"],
        "plays_without_end": row["plays"],
        "queue": row["queue"],
        "clicks": row["clicks"],
        "favorites": row["favorites"],
        "qualified_rate": row["qualified_rate"],
        "uncapped": row["total"],
        "mass": mass,
        "reference_mass": reference,
        "ends": row["ends"],
        "early_skips": row["early"],
        "completion_mean": completion_mean,
        "up_votes": row["ups"],
        "down_votes": row["downs"],
        "vote_mean": vote_mean,
        "quality": quality,
        "capped": [tuple(one) for one in row["capped"]],
        "trend_listeners": 0.0,
        "trend_expected": 0.0,
        "trend_z": 0.0,
        "trend_lift": 0.0,
        "trend_keys": 0,
        "trend_rank": 0,
    }


def _add_trends(
    scored: Mapping[int, Scored], moved: Iterable[Row], keys_of_project: int, parameters: Parameters
) -> None:
    trending_now: list[Scored] = []
    for row in moved:
        listeners, expected, keys = row["listeners"], row["expected"], row["trend_keys"]
        one = scored.get(row["asset"])
        if one is None or not row["has_past"]:
            continue
        one["trend_listeners"], one["trend_expected"], one["trend_keys"] = listeners, expected, keys
        one["trend_z"] = trending.surprise(listeners, expected, parameters)
        one["trend_lift"] = trending.lift(listeners, expected, parameters)
        if trending.trends(listeners, expected, keys, keys_of_project, parameters):
            trending_now.append(one)
    trending_now.sort(key=lambda one: (-one["trend_lift"], one["asset_id"]))
    for number, one in enumerate(trending_now, 1):
        one["trend_rank"] = number
