"""Rank candidates by what was published, fast enough to stand in the way of every search.

Promises:
    * A ranking is made of one publication: its model, and clicks of its snapshots.
    * A search does not wait for a new publication. `refresh`, which another thread calls every second, looks for one in
      the projects that were asked lately, and gathers the clicks of the queries that were asked last, and of those with
      most clicks; then it counts. Where nobody refreshes, a search looks itself, after `FRESH_S`.
    * What is kept in memory is bounded: the models of some projects, the folded forms of some texts, and the gathered
      clicks of as many queries as have `_KEPT_ASSETS` assets together. What was used last stays.
    * A query that nobody clicked, and a project without a model, keep the order that they came in.

A ranking blocks for some milliseconds where the warehouse has to be asked, and takes less than one where all is at
hand: `at_hand` is for whoever must not block. Any thread may use it, but only one may refresh.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from typing import Any, Final, NamedTuple, Protocol

from audioscape_server.scores import search_clicks
from audioscape_server.scores.kept import Kept
from audioscape_server.scores.search import ranking
from audioscape_server.scores.search.clicks import AssetClicks, QueryClicks, gather
from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.ranking import Ranked
from audioscape_server.scores.search_clicks import Published

#: Under which the questions can be stopped.
TAG: Final = "search-ranking"
#: Seconds for which a publication is taken for the newest one, where nobody looks for a newer one.
FRESH_S: Final = 5.0
#: Seconds after its last search for which a project is looked after.
LOOKED_AFTER_S: Final = 60.0
#: Queries of a project whose clicks are at hand when a publication begins to count, and how many are read at once.
_READY_QUERIES: Final = 500
_READ_QUERIES: Final = 50
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
_NO_CLICKS: Final = QueryClicks(0, {}, {})


class Answerer(Protocol):
    """The warehouse, as a thing that answers questions."""

    def ask(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql``."""
        ...


class NotAtHandError(Exception):
    """The warehouse would have to be asked."""


class _Nobody:
    """Who is asked where nobody may be."""

    def ask(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> list[dict[str, Any]]:  # noqa: ARG002
        raise NotAtHandError


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


@dataclass
class _Project:
    """What counts for a project, and when that was looked up and asked for; clock readings."""

    published: Published
    looked_at: float
    asked_at: float
    is_ready: bool = False
    """Whether the clicks of queries with many are at hand."""


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
        #: Held while any of these is read or changed, and never while something is asked or worked out.
        self._lock = threading.Lock()
        self._projects: Kept[str, _Project] = Kept(_KEPT_PROJECTS)
        self._folded: Kept[str, str] = Kept(_KEPT_TEXTS)
        self._gathered: Kept[tuple[str, str], tuple[int, QueryClicks]] = Kept(
            _KEPT_ASSETS, lambda kept: 1 + len(kept[1].assets)
        )

    def at_hand(self) -> Ranker:
        """The same ranker, with all that it keeps; it raises `NotAtHandError` where it would have to ask."""
        same = copy.copy(self)
        same._warehouse = _Nobody()  # noqa: SLF001 - its own
        return same

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
        """What counts for a project."""
        now = self._clock()
        with self._lock:
            known = self._projects.get(project)
            if known is not None:
                known.asked_at = now
                if now - known.looked_at < FRESH_S:
                    return known.published
        found = self._newer(project, known.published if known else search_clicks.NOTHING)
        with self._lock:
            self._projects.put(project, _Project(found, now, now, known is not None and known.is_ready))
        return found

    def folded(self, query: str) -> str:
        """A query as searches are told apart."""
        with self._lock:
            known = self._folded.get(query)
        if known is None:
            known = search_clicks.folded(self._ask, query)
            with self._lock:
                self._folded.put(query, known)
        return known

    def clicks(self, project: str, query: str, found: Published) -> QueryClicks:
        """The clicks of a query, which is folded, as they count in a publication."""
        with self._lock:
            kept = self._gathered.get((project, query))
        if kept is not None and kept[0] == found.snapshot:
            return kept[1]
        clicks = self._gather(project, [query], found)[query]
        with self._lock:
            self._gathered.put((project, query), (found.snapshot, clicks))
        return clicks

    def refresh(self) -> None:
        """Let new publications count in the projects that were asked lately.

        Raises:
            ServiceUnavailableError: the warehouse is away.
        """
        with self._lock:
            known = self._projects.all()
        for project, one in known:
            now = self._clock()
            if now - one.asked_at >= LOOKED_AFTER_S:
                continue
            found = self._newer(project, one.published)
            ready = {} if one.is_ready and found is one.published else self._ready(project, found)
            with self._lock:
                one.published, one.looked_at, one.is_ready = found, now, True
                for query, clicks in ready.items():
                    self._gathered.put((project, query), (found.snapshot, clicks))

    def _newer(self, project: str, known: Published) -> Published:
        """What counts for a project now: what is known, if that does."""
        [newest] = self._ask("search/model_number", project=project)
        return known if newest["snapshot"] == known.snapshot else search_clicks.published(self._ask, project)

    def _ready(self, project: str, found: Published) -> dict[str, QueryClicks]:
        """The clicks of the queries with most, and of those that were asked last, in a publication."""
        many = {"snapshots": found.snapshots, "limit": _READY_QUERIES, "most_rows": search_clicks.MOST_ROWS}
        most = self._ask("search/queries", project=project, **many)
        with self._lock:
            asked = [query for (of, query), _ in self._gathered.all() if of == project][-_READY_QUERIES:]
        queries = list(dict.fromkeys([row["query"] for row in reversed(most)] + asked))
        ready: dict[str, QueryClicks] = {}
        for first in range(0, len(queries), _READ_QUERIES):
            ready |= self._gather(project, queries[first : first + _READ_QUERIES], found)
        return ready

    def _gather(self, project: str, queries: Sequence[str], found: Published) -> dict[str, QueryClicks]:
        rows = search_clicks.clicks(self._ask, project, queries, found.snapshots) if found.days else {}
        model = found.model
        return {
            query: gather(rows[query], found.today, model.examination, model.shares, DEFAULT)
            if query in rows
            else _NO_CLICKS
            for query in queries
        }

    def _ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._warehouse.ask(name, parameters, tag=TAG, seconds=_ASKED_S)


def _usual_rank(clicks: AssetClicks) -> float:
    """The mean rank of the clicks on an asset, where a search engine that nobody knows of may have it."""
    known = sum(count for rank, count in clicks.ranks.items() if rank)
    return sum(rank * count for rank, count in clicks.ranks.items()) / known if known else inf
