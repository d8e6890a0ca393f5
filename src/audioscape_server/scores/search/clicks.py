"""The clicks of one query, gathered by asset: merged, capped by key, decayed.

A row is a state of (asset, key, day, rank): how many distinct players clicked there. It only grows, so of rows for the
same place the larger counts stand, and a row that is read twice counts once. Rows are taken in one order, whatever
order they came in, because sums of floats depend on it.

What a key says of an asset counts up to s / (1 - s) of what the other keys say of it, and ``key_floor_clicks`` more; s
is one half, or twice the key's share of the traffic. Players are named by whoever has the key, so that they are
distinct is no defence. So is the rank: where a key is capped, its clicks count as clicks at the first rank.

Where a key says which lists it showed on a day, they tell what was seen and not clicked: of the clicks of that key on
that day, each asset is charged for the part of the lists that showed it, by the examination of its rank there. Lists
say how showings are shared out, never how many there were: whoever sends more of them gains nothing. What a key says of
an asset's showings is capped as its clicks are, by what the lists of other keys say. A click proves a showing: where
the lists leave out what was clicked, they are not believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
    #: Lists of the key that showed it there.
    shown: int = 0


@dataclass(frozen=True, slots=True)
class AssetClicks:
    """What clicks say of one asset for one query. Clicks are decayed and capped; ``clickers`` are neither."""

    clicks: float
    #: Clicks, each divided by the examination of its rank.
    weight: float
    #: Clicks on the query since the first day on which this asset was clicked, and before, that no lists explain.
    query_clicks_since: float
    query_clicks_before: float
    outcomes: float
    satisfied: float
    #: Clicks that the key cap took away.
    capped: float
    clickers: int
    #: Clickers by rank; rank 0 stands for unknown.
    ranks: Mapping[int, int]
    #: Times that it was looked at in the lists that were served.
    in_lists: float = 0.0


_UNCLICKED = AssetClicks(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, {})


@dataclass(frozen=True, slots=True)
class QueryClicks:
    """The clicks of one query."""

    clickers: int
    assets: Mapping[int, AssetClicks]
    #: The same, had no lists been served: for what was chosen by scores of that kind.
    without_lists: Mapping[int, AssetClicks]


def merged(rows: Iterable[ClickRow]) -> list[ClickRow]:
    """One row for each asset, key, day and rank (0 to 20), in order.

    Raises:
        ValueError: counts that cannot be.
    """
    places: dict[tuple[int, str, int, int], ClickRow] = {}
    for row in rows:
        asset, key, day, rank, clickers, outcomes, satisfied, shown = row
        if not 0 <= satisfied <= outcomes <= clickers:
            raise ValueError(
                f"clicks on asset {asset}, day {day}: {clickers} clickers, {outcomes} outcomes, {satisfied} satisfied "
                "were found; satisfied ≤ outcomes ≤ clickers, none below 0, is expected"
            )
        if not clickers and not shown:
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
    lists = _lists(rows)
    by_day: dict[int, float] = defaultdict(float)
    not_in_lists: dict[int, float] = defaultdict(float)
    in_lists: dict[tuple[str, int], float] = defaultdict(float)
    by_asset: dict[int, list[ClickRow]] = defaultdict(list)
    for row in rows:
        asset, key, day, _, clickers, *_ = row
        if not clickers:
            continue
        counted = clickers * decay[day] * kept[asset, key]
        by_day[day] += counted
        not_in_lists[day] += 0.0 if (key, day) in lists else counted
        if (key, day) in lists:
            in_lists[key, day] += counted
        by_asset[asset].append(row)

    def charged(showings: Mapping[int, float]) -> dict[int, AssetClicks]:
        days = sorted(showings, reverse=True)
        since = dict(zip(days, accumulate(showings[day] for day in days), strict=True))
        return {asset: _of_asset(found, decay, kept, inverse, since) for asset, found in by_asset.items()}

    without_lists = assets = charged(by_day)
    if lists:
        learnt = (examination, shares, parameters)
        assets = _with_lists(charged(not_in_lists), rows, lists, in_lists, learnt)
    return QueryClicks(sum(row.clickers for row in rows), assets, without_lists)


def _lists(rows: Iterable[ClickRow]) -> dict[tuple[str, int], int]:
    """How many lists each key showed on each day: every one has a first rank."""
    lists: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        if row.shown and row.rank == 1:
            lists[row.key, row.day] += row.shown
    return lists


def _with_lists(
    assets: Mapping[int, AssetClicks],
    rows: list[ClickRow],
    lists: Mapping[tuple[str, int], int],
    in_lists: Mapping[tuple[str, int], float],
    learnt: tuple[tuple[float, ...], Mapping[str, float], Parameters],
) -> dict[int, AssetClicks]:
    """The same assets and those that were shown and not clicked, each charged for its showings.

    ``in_lists`` are the clicks, by key and day, whose showings the lists tell.
    """
    examination, shares, parameters = learnt
    looks: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    where_shown: set[tuple[int, str, int]] = set()
    for row in rows:
        place = row.key, row.day
        if row.shown and row.rank and place in in_lists:
            part = min(1.0, row.shown / lists[place])
            looks[row.asset][row.key] += in_lists[place] * part * examination[row.rank - 1]
            where_shown.add((row.asset, *place))
    hidden: dict[int, float] = defaultdict(float)
    for asset, key, day in sorted({row[:3] for row in rows if row.clickers} - where_shown):
        hidden[asset] += in_lists.get((key, day), 0.0)
    found: dict[int, AssetClicks] = {}
    for asset in sorted(assets.keys() | looks.keys()):
        seen = _capped_looks(looks[asset], shares, parameters) if asset in looks else 0.0
        known = assets.get(asset, _UNCLICKED)
        charged = known.query_clicks_since + hidden[asset]
        found[asset] = replace(known, query_clicks_since=charged, in_lists=seen)
    return found


def _capped_looks(by_key: Mapping[str, float], shares: Mapping[str, float], parameters: Parameters) -> float:
    total, counted = sum(by_key.values()), 0.0
    for key, looks in by_key.items():
        part = allowance(key, shares, parameters)
        most = part * max(0.0, total - looks) + parameters.key_floor_clicks
        counted += looks if part < 0 else min(looks, most)
    return counted


def decays(rows: Iterable[ClickRow], as_of: int, parameters: Parameters) -> dict[int, float]:
    """What a click of each day of these rows is worth on the day ``as_of``, 0 to 1."""
    return {day: 2.0 ** (-max(0, as_of - day) / parameters.half_life_days) for day in {row.day for row in rows}}


def kept_parts(
    rows: list[ClickRow], decay: Mapping[int, float], shares: Mapping[str, float], parameters: Parameters
) -> dict[tuple[int, str], float]:
    """For each asset and key with clicks, the part of the key's clicks that counts, 0 to 1."""
    of_key: dict[tuple[int, str], float] = defaultdict(float)
    of_asset: dict[int, float] = defaultdict(float)
    for asset, key, day, _, clickers, *_ in rows:
        if not clickers:
            continue
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
    for asset, key, day, rank, clickers, seen, good, _ in rows:
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
    known = [1.0 / examination[row.rank - 1] for row in rows if row.rank and row.clickers]
    return (median(known) if known else 1.0, *(1.0 / seen for seen in examination))
