"""The formulas of popularity: pure functions of what the warehouse counted.

The mass of an asset is its listeners, weighted by age, after the cap of each key. Its quality multiplies that by what
players thought of it. The score puts the product on a scale from 0 to 100, on which the reference mass is 100.
"""

import math
from collections.abc import Sequence
from typing import Final

from audioscape_server.scores.parameters import Parameters

#: In what weights are counted.
UNIT: Final = 2**32


def weights(parameters: Parameters) -> list[list[int]]:
    """What a listen counts, in 1 / 2^32: by its age in days, today, as it was yesterday, and so on.

    Whole numbers, because their sums do not depend on their order.
    """
    return [
        [
            round(2 ** ((back - age) / parameters.half_life_days) * UNIT) if age >= back else 0
            for back in range(parameters.reference_days)
        ]
        for age in range(parameters.window_days)
    ]


def rate(good: float, of: float, parameters: Parameters) -> float:
    """The rate of a whole project, which begins with a few players at 0.5: never 0 and always defined."""
    return (good + 0.5 * parameters.prior_players) / (of + parameters.prior_players)


def allowance(share: float, parameters: Parameters) -> float | None:
    """How much a key may add to a track for each that all other keys have there; None = as much as it likes.

    It may be more fond of some tracks than the others are, by ``key_factor``. The least is one in votes, ends and
    trends, and what makes ``key_points`` in popularity.

    Args:
        share: the key's part of the project's traffic, 0 to 1, in days that are over.
        parameters: of the model.
    """
    return None if share > parameters.tenant_share else parameters.key_factor * share / (1 - share)


def allowances(earlier: Sequence[int], parameters: Parameters) -> list[float | None]:
    """The allowance of each key of a project, by the events that it sent in the days that count for that.

    A project with one key has nobody to compare it with.
    """
    if len(earlier) == 1:
        return [None]
    total = sum(earlier)
    return [allowance(events / total if total else 0.0, parameters) for events in earlier]


def completion(ends: float, early_skips: float, mean: float, parameters: Parameters) -> float:
    """The share of players who did not skip early, drawn to the mean of the project where there are few."""
    prior = parameters.completion_prior
    return (ends - early_skips + prior * mean) / (ends + prior)


def vote_share(ups: float, downs: float, mean: float, parameters: Parameters) -> float:
    """The share of current votes that are up, likewise."""
    prior = parameters.vote_prior
    return (ups + prior * mean) / (ups + downs + prior)


def quality(completed: float, completion_mean: float, voted: float, vote_mean: float, parameters: Parameters) -> float:
    """What the mass is multiplied by."""
    wanted = math.sqrt(completed / completion_mean) * math.sqrt(voted / vote_mean)
    return min(parameters.most_quality, max(parameters.least_quality, wanted))


def reference_mass(masses: Sequence[Sequence[float]], parameters: Parameters) -> float:
    """The mass that has the score 100.

    Args:
        masses: of each asset, its mass today, as it was yesterday, and so on.
        parameters: of the model.
    """
    total = weights = 0.0
    for back in range(parameters.reference_days):
        of_day = sorted(mass for mass in (one[back] for one in masses) if mass > 0)
        if of_day:
            few = len(of_day) < parameters.reference_assets
            place = len(of_day) if few else math.ceil(parameters.reference_quantile * len(of_day))
            total += 0.75**back * of_day[place - 1]
            weights += 0.75**back
    return total / weights if weights else 0.0


def score(weighed: float, reference: float, parameters: Parameters) -> float:
    """The score of a mass that was multiplied by its quality: 0 to 100."""
    if weighed <= 0 or reference <= 0:
        return 0.0
    return min(100.0, 100 * math.log1p(weighed / parameters.scale) / math.log1p(reference / parameters.scale))


def bounds(mass: float, parameters: Parameters) -> tuple[float, float]:
    """Between which masses the true one lies in 80 of 100 cases, as listeners come by chance."""
    spread = parameters.interval_z * math.sqrt(mass)
    return max(0.0, mass - spread), mass + spread
