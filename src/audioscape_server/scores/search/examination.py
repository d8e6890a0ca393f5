"""How often each rank is looked at, from clicks alone.

An asset that was clicked at one rank on one day and at another on the next tells how much more is seen at the better
rank. So relevance and examination are fitted in turn: clicks = examination of the rank · relevance of (query, asset),
summed over the days. On a day without a click an asset is taken to have stood where it was clicked on the nearest day.
Ranks that hold little are drawn to the power law rank^-η, η to 1, so a new installation starts from 1 / rank. The
result never rises with the rank. Keys are capped before (``clicks.kept_parts``), as the rank is a claim of whoever has
the key.

Where people read from the top and stop, this is too flat, and nothing in the clicks alone tells it: the safety bound is
for that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate
from math import exp, log

from .parameters import RANKS

#: Rounds of fitting in turn; the change is below 1e-3 by then.
ROUNDS = 40
#: Clicks with which η is drawn to 1.
SHAPE_CLICKS = 2_000
#: Clicks with which a rank is drawn to the power law.
RANK_CLICKS = 300
#: Clicks and exposures that every (query, asset) is given, so that one click makes no relevance of 1.
CLICKS_BEFORE, EXPOSURES_BEFORE = 0.5, 2.5

#: What is taken before anything was clicked: 1 / rank.
UNKNOWN = tuple(1.0 / rank for rank in range(1, RANKS + 1))

#: For one asset and query, clicks by (day, rank).
Clicks = dict[tuple[int, int], float]
#: For one asset and query, clicks and exposures by rank.
Seen = list[tuple[int, float, float]]


def exposures(clicks: Clicks, query_days: dict[int, float]) -> Seen:
    """By rank, the clicks on an asset, and the clicks on the query (by day) while the asset stood there."""
    by_day: dict[int, list[tuple[int, float]]] = defaultdict(list)
    clicked: dict[int, float] = defaultdict(float)
    for (day, rank), count in sorted(clicks.items()):
        by_day[day].append((rank, count))
        clicked[rank] += count
    days = sorted(by_day)
    stood = {day: _middle(by_day[day]) for day in days}
    exposed: dict[int, float] = defaultdict(float)
    for day, count in query_days.items():
        after = bisect_left(days, day)
        near = [days[at] for at in (after - 1, after) if 0 <= at < len(days)]
        exposed[stood[min(near, key=lambda other: abs(other - day))]] += count
    return [(rank, clicked.get(rank, 0.0), exposed.get(rank, 0.0)) for rank in sorted({*clicked, *exposed})]


def fitted(seen: Iterable[Seen]) -> tuple[float, ...]:
    """Examination by rank, the first rank's first and 1."""
    assets = list(seen)
    clicks = [0.0] * (RANKS + 1)
    for asset in assets:
        for rank, clicked, _ in asset:
            clicks[rank] += clicked
    rough = [0.0, *UNKNOWN]
    for _ in range(ROUNDS if clicks[1] else 0):
        expected = [0.0] * (RANKS + 1)
        for asset in assets:
            total, looked = CLICKS_BEFORE, EXPOSURES_BEFORE
            for rank, clicked, exposed in asset:
                total += clicked
                looked += exposed * rough[rank]
            for rank, _clicked, exposed in asset:
                expected[rank] += exposed * total / looked
        rough = [clicks[rank] / expected[rank] if expected[rank] else 0.0 for rank in range(RANKS + 1)]
        rough = [value / rough[1] for value in rough]
    return _smooth(rough, clicks)


def _smooth(rough: list[float], clicks: list[float]) -> tuple[float, ...]:
    known = [rank for rank in range(2, RANKS + 1) if clicks[rank] and rough[rank]]
    weight = sum(clicks[rank] for rank in known)
    spread = sum(clicks[rank] * log(rank) ** 2 for rank in known)
    slope = -sum(clicks[rank] * log(rank) * log(rough[rank]) for rank in known) / spread if spread else 1.0
    slope = max(0.0, (slope * weight + SHAPE_CLICKS) / (weight + SHAPE_CLICKS))
    values = [1.0]
    for rank in range(2, RANKS + 1):
        own = clicks[rank] / (clicks[rank] + RANK_CLICKS) if rank in known else 0.0
        values.append(exp((own * log(rough[rank]) if own else 0.0) - (1.0 - own) * slope * log(rank)))
    return tuple(accumulate(values, min))


def _middle(at_ranks: list[tuple[int, float]]) -> int:
    """The median rank of a day's clicks."""
    half = sum(count for _, count in at_ranks) / 2
    for rank, count in at_ranks:
        half -= count
        if half <= 0:
            return rank
    return at_ranks[-1][0]
