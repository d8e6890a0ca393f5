"""A query's candidates, ranked, each with the evidence from which its score and its rank can be computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .clicks import QueryClicks
from .model import Model
from .parameters import DEFAULT, Parameters
from .safety import Bound, base_quality, bound, highest_ranks, hold, pooled_quality
from .scoring import Scored, scored


@dataclass(frozen=True, slots=True)
class Ranked:
    """One candidate of a ranking."""

    asset: int
    #: From 1.
    rank: int
    base_rank: int
    score: float
    evidence: dict[str, Any]


def rank(
    candidates: Sequence[int],
    clicks: QueryClicks,
    model: Model,
    parameters: Parameters = DEFAULT,
    *,
    stepped_back: bool = False,
) -> list[Ranked]:
    """The candidates, given in base order, best first; in base order where the ranking has stepped back.

    Raises:
        ValueError: a candidate stands there twice.
    """
    if len(set(candidates)) != len(candidates):
        twice = next(asset for asset in candidates if candidates.count(asset) > 1)
        raise ValueError(f"candidate {twice} was found twice; every candidate is expected once")
    found = scored(candidates, clicks, model.examination, model.satisfaction, parameters)
    scores = [one.score(model.satisfaction, parameters.prior_weight) for one in found]
    quality = _base_quality(candidates, clicks, found, model, parameters)
    held = bound(quality, parameters)
    highest = _highest([one.satisfied_clicks(model.satisfaction) for one in found], held, stepped_back=stepped_back)
    shared = {
        "stepped_back": stepped_back,
        "average_satisfaction": model.satisfaction,
        "prior_weight": parameters.prior_weight,
        "base_quality": quality,
        "bound": held._asdict(),
        "model_version": model.version,
    }
    free = {
        position: place for place, position in enumerate(sorted(range(len(found)), key=lambda at: (-scores[at], at)), 1)
    }
    return [
        Ranked(
            found[position].asset,
            place,
            found[position].base_rank,
            scores[position],
            _evidence(found[position], model, parameters)
            | {"highest_rank": highest[position], "held_by_safety": free[position] < highest[position]}
            | shared,
        )
        for place, position in enumerate(hold(scores, highest), 1)
    ]


def _base_quality(
    candidates: Sequence[int], clicks: QueryClicks, found: Sequence[Scored], model: Model, parameters: Parameters
) -> float:
    """How good the base order is, by clicks alone: the bounds were chosen by qualities of that kind.

    The few showings of deep ranks that lists tell of are scattered so much that every base order would look poor.
    """
    if clicks.assets is not clicks.without_lists:
        plain = replace(clicks, assets=clicks.without_lists)
        found = scored(candidates, plain, model.examination, model.satisfaction, parameters)
    own = base_quality(found, model.satisfaction, parameters)
    return pooled_quality(own, clicks.clickers, model.base_quality, parameters)


def recomputed(ranking: Sequence[dict[str, Any]]) -> list[tuple[int, float]]:
    """The order (base ranks) and the scores that follow from the evidence of a whole ranking, in any order."""
    in_base_order = sorted(ranking, key=lambda evidence: evidence["base_rank"])
    scores = [
        (e["clicks"] * e["satisfied"]["rate"] / e["average_satisfaction"] + e["prior_weight"] * e["prior"])
        / (e["query_clicks"] * e["mean_examination"] + e["in_lists"] + e["prior_weight"])
        for e in in_base_order
    ]
    if not ranking:
        return []
    satisfied = [e["clicks"] * e["satisfied"]["rate"] / e["average_satisfaction"] for e in in_base_order]
    highest = _highest(satisfied, Bound(**ranking[0]["bound"]), stepped_back=ranking[0]["stepped_back"])
    return [(position + 1, scores[position]) for position in hold(scores, highest)]


def _highest(satisfied_clicks: Sequence[float], held: Bound, *, stepped_back: bool) -> list[int]:
    """The highest rank of each candidate; its own where the ranking has stepped back."""
    return list(range(1, len(satisfied_clicks) + 1)) if stepped_back else highest_ranks(satisfied_clicks, held)


def _evidence(one: Scored, model: Model, parameters: Parameters) -> dict[str, Any]:
    score = one.score(model.satisfaction, parameters.prior_weight)
    half = one.half_interval(model.satisfaction, parameters)
    return {
        "base_rank": one.base_rank,
        "prior": one.prior,
        "clicks": one.clicks,
        "clickers": one.clickers,
        "rank_histogram": one.rank_histogram,
        "mean_examination": one.mean_examination,
        "query_clicks": one.query_clicks,
        "in_lists": one.in_lists,
        "examinations": one.examinations,
        "satisfied": {"seen": one.outcomes_seen, "good": one.outcomes_good, "rate": one.satisfaction},
        "data_weight": one.examinations / (one.examinations + parameters.prior_weight),
        "capped_by_key": one.capped_by_key,
        "interval": {"low": max(0.0, score - half), "high": score + half},
    }
