"""What a ranking knows of all queries together; learnt from the same rows, now and then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .clicks import ClickRow, QueryClicks, decays, gather, kept_parts, merged
from .examination import UNKNOWN, Stand, fitted, stands
from .parameters import DEFAULT, Parameters
from .safety import base_quality
from .scoring import scored

#: Days before the day of learning from which the keys' shares are taken. Those after are left out, so that an attack
#: does not raise what its key is allowed.
SHARE_DAYS = range(3, 29)


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt."""

    version: str
    #: How often each of the first 20 ranks is looked at, the first rank's being 1.
    examination: tuple[float, ...]
    #: Part of the clicks whose outcome was seen that satisfied, above 0 to 1.
    satisfaction: float
    #: How good the search engine's orders are on average, NDCG@10 by the scores, 0 to 1.
    base_quality: float
    #: The keys' shares of the traffic, 0 to 1.
    shares: Mapping[str, float]


#: Before anything was learnt. The base quality is between a poor and a good one's.
UNLEARNED = Model("unlearned", UNKNOWN, 0.5, 0.84, {})


def learn(
    rows: Mapping[str, Iterable[ClickRow]],
    orders: Mapping[str, Sequence[int]],
    as_of: int,
    version: str,
    parameters: Parameters = DEFAULT,
) -> Model:
    """A model of these rows by query, on the day ``as_of``.

    It is learnt of clicks alone, without served lists: the bounds by base quality were chosen by scores of that kind.
    ``orders`` are base orders of queries, those that are known. What cannot be learnt stays as ``UNLEARNED`` has it.
    """
    by_query = {query: merged(row._replace(shown=0) for row in found) for query, found in sorted(rows.items())}
    shares = key_shares(by_query.values(), as_of)
    examination = fitted(one for found in by_query.values() for one in _stands(found, as_of, shares, parameters))
    gathered = {query: gather(found, as_of, examination, shares, parameters) for query, found in by_query.items()}
    satisfaction = _satisfaction(gathered.values(), parameters)
    model = Model(version, examination, satisfaction, UNLEARNED.base_quality, shares)
    return replace(model, base_quality=_base_quality(gathered, orders, model, parameters))


def key_shares(queries: Iterable[Iterable[ClickRow]], as_of: int) -> dict[str, float]:
    """Each key's share of the clicks, 0 to 1; empty where the days that count have none."""
    clicks: dict[str, int] = defaultdict(int)
    for rows in queries:
        for row in rows:
            if as_of - row.day in SHARE_DAYS:
                clicks[row.key] += row.clickers
    total = sum(clicks.values())
    return {key: count / total for key, count in sorted(clicks.items())}


def _stands(
    rows: list[ClickRow], as_of: int, shares: Mapping[str, float], parameters: Parameters
) -> Iterable[list[Stand]]:
    """For each asset of a query, where it stood, by all clicks that no cap takes a part of; they are not decayed."""
    kept = kept_parts(rows, decays(rows, as_of, parameters), shares, parameters)
    by_asset: dict[int, dict[tuple[int, int], float]] = defaultdict(lambda: defaultdict(float))
    by_day: dict[int, float] = defaultdict(float)
    for row in rows:
        if kept[row.asset, row.key] < 1.0:
            continue
        by_day[row.day] += row.clickers
        if row.rank:
            by_asset[row.asset][row.day, row.rank] += row.clickers
    return [stands(clicks, by_day) for clicks in by_asset.values()]


def _satisfaction(queries: Iterable[QueryClicks], parameters: Parameters) -> float:
    weight = parameters.satisfaction_weight
    seen, good = weight, weight * UNLEARNED.satisfaction
    for query in queries:
        for asset in query.assets.values():
            seen += asset.outcomes
            good += asset.satisfied
    return good / seen


def _base_quality(
    queries: Mapping[str, QueryClicks], orders: Mapping[str, Sequence[int]], model: Model, parameters: Parameters
) -> float:
    """The average over queries with enough clicks, each weighing by its clicks up to a most."""
    total = weights = 0.0
    for query, clicks in queries.items():
        if query not in orders or clicks.clickers < parameters.base_query_clicks:
            continue
        weight = min(clicks.clickers, parameters.base_query_clicks_most)
        found = scored(orders[query], clicks, model.examination, model.satisfaction, parameters)
        total += weight * base_quality(found, model.satisfaction, parameters)
        weights += weight
    return total / weights if weights else model.base_quality
