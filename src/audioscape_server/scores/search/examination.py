"""How often each rank is looked at, from clicks alone.

An asset that was clicked at one rank on one day and at another on the next tells how much more is seen at the better
rank. So relevance and examination are fitted in turn: clicks of a day = clicks on the query · examination of the rank ·
relevance of (query, asset). Where an asset stood is known for the days on which it was clicked, and for no others. So
the fit is to clicks given that there was one (a Poisson distribution without its zero): a single click says little of
the rank, many say much. To take those days as they are, or to guess where assets stood on the others, makes good ranks
look worse than they are, as assets are clicked when they stand high. Assets that were clicked at one rank only say
nothing of ranks, and are left out: what is assumed of their relevance would be taken for knowledge of their ranks.

Ranks that hold little are drawn to the power law rank^-η, η to 1, so a new installation starts from 1 / rank. The
result never rises with the rank. What a key says of an asset beyond its cap (``clicks.kept_parts``) is left out wholly:
the rank is a claim of whoever has the key.

Where people read from the top and stop, this is too flat, and nothing in the clicks alone tells it: the safety bound is
for that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import accumulate
from math import exp, expm1, inf, log
from typing import NamedTuple

from .parameters import RANKS

#: Rounds of fitting in turn; more change little.
ROUNDS = 40
#: Clicks with which η is drawn to 1.
SHAPE_CLICKS = 2_000
#: Clicks with which a rank is drawn to the power law.
RANK_CLICKS = 300
#: Clicks of average relevance that every (query, asset) is given: single clicks alone would make it 0.
CLICKS_BEFORE = 0.3

#: What is taken before anything was clicked: 1 / rank.
UNKNOWN = tuple(1.0 / rank for rank in range(1, RANKS + 1))


class Stand(NamedTuple):
    """A day on which an asset was clicked for a query."""

    rank: int
    clicks: float
    #: Clicks on the query on that day, this asset's among them.
    query_clicks: float


def stands(clicks: Mapping[tuple[int, int], float], query_clicks: Mapping[int, float]) -> list[Stand]:
    """Where an asset stood, from its clicks by (day, rank) and those on the query by day.

    Clicked at several ranks on one day, it stood at their median.
    """
    by_day: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (day, rank), count in sorted(clicks.items()):
        by_day[day].append((rank, count))
    return [Stand(_middle(ranks), sum(count for _, count in ranks), query_clicks[day]) for day, ranks in by_day.items()]


def fitted(assets: Iterable[list[Stand]]) -> tuple[float, ...]:
    """Examination by rank, the first rank's first and 1, from where each asset stood for each query."""
    moved = [found for found in assets if len({stand.rank for stand in found}) > 1]
    known = [(found, CLICKS_BEFORE + sum(stand.clicks for stand in found)) for found in moved]
    clicks = [0.0] * (RANKS + 1)
    for found, _ in known:
        for stand in found:
            clicks[stand.rank] += stand.clicks
    rough = [0.0, *UNKNOWN]
    relevance = [inf] * len(known)  # so that in the first round every showing is one
    for _ in range(ROUNDS if clicks[1] else 0):
        shown = [
            [_showings(stand, rough, own) for stand in found] for own, (found, _) in zip(relevance, known, strict=True)
        ]
        looks = [
            sum(times * rough[stand.rank] for times, stand in zip(of_asset, found, strict=True))
            for of_asset, (found, _) in zip(shown, known, strict=True)
        ]
        before = CLICKS_BEFORE * sum(looks) / sum(clicks)
        relevance = [total / (looked + before) for looked, (_, total) in zip(looks, known, strict=True)]
        expected = [0.0] * (RANKS + 1)
        for own, of_asset, (found, _) in zip(relevance, shown, known, strict=True):
            for times, stand in zip(of_asset, found, strict=True):
                expected[stand.rank] += times * own
        rough = [count / own if own else 0.0 for count, own in zip(clicks, expected, strict=True)]
        rough = [value / rough[1] for value in rough]
    return _smooth(rough, clicks)


def _showings(stand: Stand, examination: list[float], relevance: float) -> float:
    """As many as would, with days that had no click, give the clicks of those that had one."""
    return stand.query_clicks / -expm1(-stand.query_clicks * examination[stand.rank] * relevance)


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
