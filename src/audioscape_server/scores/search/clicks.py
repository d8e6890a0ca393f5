"""The clicks of one query, gathered by asset: merged, capped by key, decayed.

A row is a state of (asset, key, day, rank): how many distinct players clicked there. It only grows, so of rows for the
same place the larger counts stand, and a row that is read twice counts once. Rows are taken in one order, whatever
order they came in, because sums of floats depend on it.

What a key says of an asset counts up to s / (1 - s) of what the other keys say of it, and ``key_floor_clicks`` more; s
is one half, or twice the key's share of the traffic. Players are named by whoever has the key, so that they are
distinct is no defence. So is the rank: where a key is capped, its clicks count as clicks at the first rank.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from statistics import median
from typing import NamedTuple

from .parameters import RANKS, Parameters


class ClickRow(NamedTuple):
    """Clicks on one asset, by players of one key, on one day, at one rank, for one query."""

    asset: int
    key: str
    #: Days since 1970-01-01, UTC.
    day: int
    #: From 1; None or below where it is not known.
    rank: int | None
    #: Distinct players that clicked.
    clickers: int
    #: Of those, how many were seen to stop or skip the track later.
    outcomes: int = 0
    #: Of those, how many had listened enough.
    satisfied: int = 0


@dataclass(frozen=True, slots=True)
class AssetClicks:
    """What clicks say of one asset for one query. Clicks are decayed and capped; ``clickers`` are neither."""

    clicks: float
    #: Clicks, each divided by the examination of its rank.
    weight: float
    #: Clicks on the query since the first day on which this asset was clicked, and before.
    query_clicks_since: float
    query_clicks_before: float
    outcomes: float
    satisfied: float
    #: Clicks that the key cap took away.
    capped: float
    clickers: int
    #: Clickers by rank; rank 0 stands for unknown.
    ranks: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class QueryClicks:
    """The clicks of one query."""

    clickers: int
    assets: Mapping[int, AssetClicks]


def merged(rows: Iterable[ClickRow]) -> list[ClickRow]:
    """One row for each asset, key, day and rank (0 to 20), in order.

    Raises:
        ValueError: counts that cannot be.
    """
    places: dict[tuple[int, str, int, int], ClickRow] = {}
    for row in rows:
        asset, key, day, rank, clickers, outcomes, satisfied = row
        if not 0 <= satisfied <= outcomes <= clickers:
            raise ValueError(
                f"clicks on asset {asset}, day {day}: {clickers} clickers, {outcomes} outcomes, {satisfied} satisfied "
                "were found; satisfied ≤ outcomes ≤ clickers, none below 0, is expected"
            )
        if not clickers:
            continue
        if rank is None or not 0 <= rank <= RANKS:
            rank = RANKS if rank and rank > RANKS else 0
            row = row._replace(rank=rank)  # noqa: PLW2901
        place = (asset, key, day, rank)
        known = places.get(place)
        places[place] = row if known is None else ClickRow(*place, *map(max, known[4:], row[4:]))
    return sorted(places.values())


def gather(
    rows: Iterable[ClickRow],
    as_of: int,
    examination: tuple[float, ...],
    shares: Mapping[str, float],
    parameters: Parameters,
) -> QueryClicks:
    """The clicks of one query as they count on the day ``as_of``; a click of a later day counts as one of that day.

    ``examination`` is by rank, the first rank's first. ``shares`` are the keys' shares of the traffic, 0 to 1; an
    installation that knows none yet holds no key.
    """
    rows = merged(rows)
    decay = decays(rows, as_of, parameters)
    kept = kept_parts(rows, decay, shares, parameters)
    inverse = _inverse_examination(rows, examination)
    by_day: dict[int, float] = defaultdict(float)
    by_asset: dict[int, list[ClickRow]] = defaultdict(list)
    for row in rows:
        asset, key, day, _, clickers, _, _ = row
        by_day[day] += clickers * decay[day] * kept[asset, key]
        by_asset[asset].append(row)
    days = sorted(by_day, reverse=True)
    since = dict(zip(days, accumulate(by_day[day] for day in days), strict=True))
    assets = {asset: _of_asset(found, decay, kept, inverse, since) for asset, found in by_asset.items()}
    return QueryClicks(sum(row.clickers for row in rows), assets)


def decays(rows: Iterable[ClickRow], as_of: int, parameters: Parameters) -> dict[int, float]:
    """What a click of each day of these rows is worth on the day ``as_of``, 0 to 1."""
    return {day: 2.0 ** (-max(0, as_of - day) / parameters.half_life_days) for day in {row.day for row in rows}}


def kept_parts(
    rows: list[ClickRow], decay: Mapping[int, float], shares: Mapping[str, float], parameters: Parameters
) -> dict[tuple[int, str], float]:
    """For each asset and key, the part of the key's clicks that counts, 0 to 1."""
    of_key: dict[tuple[int, str], float] = defaultdict(float)
    of_asset: dict[int, float] = defaultdict(float)
    for asset, key, day, _, clickers, _, _ in rows:
        of_key[asset, key] += clickers * decay[day]
        of_asset[asset] += clickers * decay[day]
    kept: dict[tuple[int, str], float] = {}
    for (asset, key), clicks in of_key.items():
        others = max(0.0, of_asset[asset] - clicks)
        part = allowance(key, shares, parameters)
        allowed = clicks if part < 0 else part * others + parameters.key_floor_clicks
        kept[asset, key] = min(1.0, allowed / clicks)
    return kept


def allowance(key: str, shares: Mapping[str, float], parameters: Parameters) -> float:
    """How much of what the other keys say of an asset a key may add; -1 where it is not held."""
    share = max(parameters.key_share_least, parameters.key_share_factor * shares.get(key, 0.0))
    return -1.0 if not shares or share > parameters.key_share_free else share / (1.0 - share)


def _of_asset(
    rows: list[ClickRow],
    decay: Mapping[int, float],
    kept: Mapping[tuple[int, str], float],
    inverse: tuple[float, ...],
    since: Mapping[int, float],
) -> AssetClicks:
    clicks = weight = outcomes = satisfied = capped = 0.0
    ranks: dict[int, int] = defaultdict(int)
    for asset, key, day, rank, clickers, seen, good in rows:
        part = kept[asset, key]
        worth = decay[day] * part
        counted = clickers * worth
        clicks += counted
        weight += counted * (inverse[rank or 0] if part == 1.0 else 1.0)
        outcomes += seen * worth
        satisfied += good * worth
        capped += clickers * decay[day] * (1.0 - part)
        ranks[rank or 0] += clickers
    from_first = since[min(row.day for row in rows)]
    before = max(0.0, max(since.values()) - from_first)
    histogram = dict(sorted(ranks.items()))
    return AssetClicks(clicks, weight, from_first, before, outcomes, satisfied, capped, sum(ranks.values()), histogram)


def _inverse_examination(rows: list[ClickRow], examination: tuple[float, ...]) -> tuple[float, ...]:
    """By rank, 1 / examination; at 0 the median over this query's rows, for clicks whose rank is not known."""
    known = [1.0 / examination[row.rank - 1] for row in rows if row.rank]
    return (median(known) if known else 1.0, *(1.0 / seen for seen in examination))
