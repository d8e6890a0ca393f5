"""The score of a candidate: satisfied clicks per examination, drawn towards what its base rank promises.

::

    score = (clicks · satisfaction / average satisfaction + prior_weight · prior)
          / (query clicks · examination + looks in lists + prior_weight)

*Examination* is how often the rank is looked at, the first rank's being 1; a candidate that was clicked at several
ranks has the harmonic mean. Where lists that were shown are not known, clicks on the query stand for showings of it;
where they are, a candidate is charged for those that it was in, clicked or not. Clicks before the first click on a
candidate count less the more clicks it has: chance explains why a candidate with one click had none before, but one
with many must be new. A candidate without clicks or showings scores its prior. Priors fall with the base rank and are
scaled so that the first 20 together are clicked as often as the query is. Clicks divided by examinations estimate
relevance (IPS); the prior keeps them from doing so too early.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from .clicks import QueryClicks
from .parameters import RANKS, Parameters


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate's score, and all that it was computed from. Clicks are decayed and capped."""

    asset: int
    base_rank: int
    prior: float
    clicks: float
    #: Distinct players by day that clicked, neither decayed nor capped.
    clickers: int
    rank_histogram: dict[int, int]
    #: 0 to 1; what its base rank has where it was never clicked.
    mean_examination: float
    #: Clicks on the query since its first click, and those before as far as it was there.
    query_clicks: float
    #: Times that it was looked at in the lists that were served.
    in_lists: float
    outcomes_seen: float
    outcomes_good: float
    #: Part of its clicks that satisfied, 0 to 1, drawn towards the average.
    satisfaction: float
    capped_by_key: float

    @property
    def examinations(self) -> float:
        """Times that it was looked at."""
        return self.query_clicks * self.mean_examination + self.in_lists

    def satisfied_clicks(self, average: float) -> float:
        """Clicks, worth more than 1 each where they satisfy more than on average."""
        return self.clicks * self.satisfaction / average

    def score(self, average: float, prior_weight: float) -> float:
        """Satisfied clicks per examination, drawn towards the prior."""
        return (self.satisfied_clicks(average) + prior_weight * self.prior) / (self.examinations + prior_weight)

    def half_interval(self, average: float, parameters: Parameters) -> float:
        """Half the width of the score's 80 % interval."""
        numerator = self.satisfied_clicks(average) + parameters.prior_weight * self.prior
        return parameters.interval_deviations * sqrt(numerator) / (self.examinations + parameters.prior_weight)


def priors(candidates: int, examination: tuple[float, ...], parameters: Parameters) -> list[float]:
    """What each base rank promises, the first rank's first."""
    offset = parameters.prior_offset
    scale = sum(seen / (rank + offset) for rank, seen in enumerate(examination, 1))
    return [1.0 / (rank + offset) / scale for rank in range(1, candidates + 1)]


def scored(
    candidates: Sequence[int],
    clicks: QueryClicks,
    examination: tuple[float, ...],
    average_satisfaction: float,
    parameters: Parameters,
) -> list[Scored]:
    """The candidates in base order, with what their scores are computed from."""
    found: list[Scored] = []
    weight = parameters.satisfaction_weight
    for base_rank, (asset, prior) in enumerate(
        zip(candidates, priors(len(candidates), examination, parameters), strict=True), 1
    ):
        of_asset = clicks.assets.get(asset)
        if of_asset is None:
            seen = examination[min(base_rank, RANKS) - 1]
            found.append(
                Scored(asset, base_rank, prior, 0.0, 0, {}, seen, 0.0, 0.0, 0.0, 0.0, average_satisfaction, 0.0)
            )
            continue
        satisfaction = (of_asset.satisfied + weight * average_satisfaction) / (of_asset.outcomes + weight)
        found.append(
            Scored(
                asset,
                base_rank,
                prior,
                of_asset.clicks,
                of_asset.clickers,
                dict(of_asset.ranks),
                of_asset.clicks / of_asset.weight if of_asset.weight else examination[min(base_rank, RANKS) - 1],
                of_asset.query_clicks_since
                + of_asset.query_clicks_before * 2.0 ** (-of_asset.clicks / parameters.newcomer_clicks),
                of_asset.in_lists,
                of_asset.outcomes,
                of_asset.satisfied,
                satisfaction,
                of_asset.capped,
            )
        )
    return found
