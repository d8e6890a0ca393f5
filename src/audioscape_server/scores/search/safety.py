"""The bound that keeps a good search engine good, whatever people's clicks are like.

The score assumes how people look at a list. Where they look otherwise (from the top until something pleases, say), it
can put the right order wrong. So what may rise, and how far, is bound by facts that do not depend on that:

1. A candidate without a click does not rise into the first ten. That alone removes most of the harm: else a candidate
   that people saw, and clicked a little, would fall below those that nobody ever reached. Below the first ten it may
   rise, else what the search engine puts far down would never be shown.
2. A candidate may pass those above it that have fewer satisfied clicks, up to the first that has as many. It got them
   from a worse place, as long as lists were shown in base order and a lower rank is seen no oftener than a higher one.
   Where the base order is excellent, they must be fewer by more than chance.
3. Beyond that it rises to base rank / (1 + satisfied clicks / slack), rounded down (so by one rank at least). The slack
   is 0 where the base order is poor, and ``slack_clicks`` where it is good.

How good the base order is, is judged by its NDCG@10 on the scores of this query's own candidates, pooled with the
average over all queries where the query has few clicks. The decision record tells what else was tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from math import floor, log2, sqrt
from typing import NamedTuple

from .parameters import Parameters
from .scoring import Scored

#: Ranks that a search engine is judged by, and what each is worth.
DISCOUNTS = tuple(1.0 / log2(rank + 1) for rank in range(1, 11))


def base_quality(candidates: Sequence[Scored], average_satisfaction: float, parameters: Parameters) -> float:
    """NDCG@10 of the base order, 0 to 1, were the scores the truth."""
    gains = [one.score(average_satisfaction, parameters.base_prior_weight) for one in candidates]
    found = sum(gain * worth for gain, worth in zip(gains, DISCOUNTS, strict=False))
    best = sum(gain * worth for gain, worth in zip(sorted(gains, reverse=True), DISCOUNTS, strict=False))
    return found / best if best > 0 else 1.0


def pooled_quality(own: float, clickers: int, average: float, parameters: Parameters) -> float:
    """The base quality of a query, drawn towards the average where its clicks are few."""
    weight = parameters.base_weight_clicks
    return (own * clickers + average * weight) / (clickers + weight)


class Bound(NamedTuple):
    """What holds the candidates of one query."""

    #: Satisfied clicks that halve the rank to which a candidate may rise; 0 where nothing holds those with clicks.
    slack_clicks: float
    #: Standard deviations by which satisfied clicks must be more than another's to prove it.
    doubt_deviations: float
    #: Ranks that a candidate without a click may not rise into.
    first_page: int


def bound(quality: float, parameters: Parameters) -> Bound:
    """The bound for a base order of this quality."""
    return Bound(
        parameters.slack_clicks * _between(quality, parameters.slack_base),
        parameters.doubt_deviations * _between(quality, parameters.doubt_base),
        parameters.first_page,
    )


def highest_ranks(satisfied_clicks: Sequence[float], held: Bound) -> list[int]:
    """The highest rank that each candidate may take, by base order; never below its base rank."""
    highest: list[int] = []
    above: list[tuple[float, int]] = []  # those that a later one meets when it rises, the nearest last
    for base_rank, clicks in enumerate(satisfied_clicks, 1):
        fewer = _proven_fewer(clicks, held.doubt_deviations)
        while above and above[-1][0] < fewer:
            above.pop()
        proven = above[-1][1] + 1 if above else 1
        while above and above[-1][0] <= clicks:
            above.pop()
        above.append((clicks, base_rank))
        open_to_all = min(base_rank, held.first_page + 1)
        if clicks <= 0:
            highest.append(open_to_all)
        elif held.slack_clicks <= 0:
            highest.append(1)
        else:
            given = max(1, floor(base_rank / (1.0 + clicks / held.slack_clicks)))
            highest.append(min(open_to_all, proven, given))
    return highest


def _between(quality: float, bounds: tuple[float, float]) -> float:
    low, high = bounds
    return min(1.0, max(0.0, (quality - low) / (high - low)))


def _proven_fewer(clicks: float, deviations: float) -> float:
    """Below how many clicks another has fewer by so many standard deviations of the difference, √(sum)."""
    if deviations <= 0:
        return clicks
    root = (sqrt(deviations**2 + 8.0 * clicks) - deviations) / 2.0  # of the sum, where the two just differ by so much
    return root**2 - clicks


def hold(scores: Sequence[float], highest: Sequence[int]) -> list[int]:
    """The order by score in which none stands above its highest rank: positions in base order.

    Equal scores keep their base order. There is always one to put next, as none's highest rank is below its base rank.
    """
    waiting = sorted(range(len(scores)), key=highest.__getitem__, reverse=True)
    free: list[tuple[float, int]] = []
    order: list[int] = []
    for rank in range(1, len(scores) + 1):
        while waiting and highest[waiting[-1]] <= rank:
            position = waiting.pop()
            heappush(free, (-scores[position], position))
        order.append(heappop(free)[1])
    return order
