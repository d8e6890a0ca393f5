"""Rank candidates by what was published, fast enough to stand in the way of every search.

Promises:
    * A ranking is made of one publication: its model, and clicks of its snapshots. Which one counts is asked again
      after `FRESH_S`.
    * What is kept in memory is bounded: the models of some projects, the folded forms of some texts, and the gathered
      clicks of as many queries as have `_KEPT_ASSETS` assets together. What was used last stays.
    * A query that nobody clicked, and a project without a model, keep the order that they came in.

Everything here blocks. For one thread, which does nothing else: a question takes some milliseconds where the clicks of
the query are not at hand, and less than one where they are.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from math import inf
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from audioscape_server.scores import search_clicks
from audioscape_server.scores.search import ranking
from audioscape_server.scores.search.clicks import AssetClicks, QueryClicks, gather
from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.ranking import Ranked
from audioscape_server.scores.search_clicks import Published

#: Under which the questions can be stopped.
TAG: Final = "search-ranking"
#: Seconds for which a publication is taken for the newest one.
FRESH_S: Final = 1.0
#: Seconds that one question may take.
_ASKED_S: Final = 2.0
_KEPT_PROJECTS: Final = 200
_KEPT_TEXTS: Final = 20_000
#: Assets of all queries whose clicks are kept, some 700 bytes each.
_KEPT_ASSETS: Final = 50_000
#: Assets that an explanation shows.
MOST_EXPLAINED: Final = 500
#: Days before what was published for which a base order is looked for, and days after it.
_SHOWN_DAYS: Final = 84
_AHEAD_DAYS: Final = 7
_NO_CLICKS: Final = QueryClicks(0, {})

V = TypeVar("V")


class Answerer(Protocol):
    """The warehouse, as a thing that answers questions."""

    def ask(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql``."""
        ...


class Explained(NamedTuple):
    """What is known of a query."""

    query: str
    """As searches are told apart."""
    published: Published
    clickers: int
    is_base_order_known: bool
    results: list[Ranked]


class Ranking(NamedTuple):
    """The candidates of a query, ranked."""

    model_version: str
    results: list[Ranked]


class Ranker:
    """Ranks the candidates of queries.

    Args:
        warehouse: holds what was published.
        note: is told the project, the query (folded) and the base order of what can be judged by its clicks.
        clock: seconds; only differences matter.
    """

    def __init__(
        self,
        warehouse: Answerer,
        note: Callable[[str, str, Sequence[int]], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._warehouse = warehouse
        self._note = note
        self._clock = clock
        self._published: Kept[str, tuple[float, Published]] = Kept(_KEPT_PROJECTS)
        self._folded: Kept[str, str] = Kept(_KEPT_TEXTS)
        self._gathered: Kept[tuple[str, str], tuple[int, QueryClicks]] = Kept(
            _KEPT_ASSETS, lambda kept: 1 + len(kept[1].assets)
        )

    def rank(self, project: str, query: str, candidates: Sequence[int]) -> Ranking:
        """Rank the candidates of a query, given in base order.

        Args:
            project: whose clicks count.
            query: as somebody typed it.
            candidates: assets, each once.

        Raises:
            ServiceUnavailableError: the warehouse is away.
        """
        found = self.published(project)
        asked = self.folded(query)
        clicks = self.clicks(project, asked, found)
        if self._note and clicks.clickers >= DEFAULT.base_query_clicks:
            self._note(project, asked, candidates)
        ranked = ranking.rank(candidates, clicks, found.model, stepped_back=asked in found.stepped_back)
        return Ranking(found.model.version, ranked)

    def explain(self, project: str, query: str) -> Explained:
        """What is known of a query: how what was clicked would be ranked, after the base order that was asked last.

        Args:
            project: whose clicks count.
            query: as somebody typed it.

        Raises:
            ServiceUnavailableError: the warehouse is away.
        """
        found, asked = self.published(project), self.folded(query)
        clicks = self.clicks(project, asked, found)
        until = found.day + timedelta(days=_AHEAD_DAYS)
        orders = search_clicks.orders(self._ask, project, [asked], found.day - timedelta(days=_SHOWN_DAYS), until)
        known = orders[asked][max(orders[asked])] if asked in orders else []
        others = sorted(clicks.assets.keys() - set(known), key=lambda asset: (_usual_rank(clicks.assets[asset]), asset))
        candidates = [*known, *others][:MOST_EXPLAINED]
        ranked = ranking.rank(candidates, clicks, found.model, stepped_back=asked in found.stepped_back)
        return Explained(asked, found, clicks.clickers, bool(known), ranked)

    def published(self, project: str) -> Published:
        """What counts for a project, as of `FRESH_S` ago at most."""
        now = self._clock()
        kept = self._published.get(project)
        if kept is not None and now - kept[0] < FRESH_S:
            return kept[1]
        [newest] = self._ask("search/model_number", project=project)
        found = kept[1] if kept else search_clicks.NOTHING
        if newest["snapshot"] != found.snapshot:
            found = search_clicks.published(self._ask, project)
        self._published.put(project, (now, found))
        return found

    def folded(self, query: str) -> str:
        """A query as searches are told apart."""
        known = self._folded.get(query)
        if known is None:
            known = search_clicks.folded(self._ask, query)
            self._folded.put(query, known)
        return known

    def clicks(self, project: str, query: str, found: Published) -> QueryClicks:
        """The clicks of a query, which is folded, as they count in a publication."""
        kept = self._gathered.get((project, query))
        if kept is not None and kept[0] == found.snapshot:
            return kept[1]
        rows = search_clicks.clicks(self._ask, project, [query], found.snapshots).get(query) if found.days else None
        clicks = gather(rows, found.today, found.model.examination, found.model.shares, DEFAULT) if rows else _NO_CLICKS
        self._gathered.put((project, query), (found.snapshot, clicks))
        return clicks

    def _ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._warehouse.ask(name, parameters, tag=TAG, seconds=_ASKED_S)


def _usual_rank(clicks: AssetClicks) -> float:
    """The mean rank of the clicks on an asset, where a search engine that nobody knows of may have it."""
    known = sum(count for rank, count in clicks.ranks.items() if rank)
    return sum(rank * count for rank, count in clicks.ranks.items()) / known if known else inf


K = TypeVar("K")


class Kept(Generic[K, V]):
    """Values that were used last, up to a size of all together."""

    def __init__(self, most: int, size: Callable[[V], int] = lambda _: 1) -> None:
        self._most = most
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._sum = 0

    def get(self, key: K) -> V | None:
        """The value, if it is kept."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: K, value: V) -> None:
        """Keep a value, and let go of those that were not used for longest."""
        if key in self._values:
            self._sum -= self._size(self._values.pop(key))
        self._values[key] = value
        self._sum += self._size(value)
        while self._sum > self._most and len(self._values) > 1:
            self._sum -= self._size(self._values.popitem(last=False)[1])
