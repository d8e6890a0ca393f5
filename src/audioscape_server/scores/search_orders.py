"""The search engine's own orders, as it asked to have them ranked: noted in passing, written down now and then.

One order of a query on a day is enough: to learn how good such orders are, and to judge the ranking by what is clicked.
So each worker notes the first, for queries with clicks enough to judge by, up to `MOST` at a time. What was noted and
not written down yet goes with the process; the next day brings another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple, Protocol

#: Candidates of an order that are kept.
KEPT_CANDIDATES: Final = 100
#: Orders that are noted for a day; more queries than that are not judged.
MOST: Final = 20_000
COLUMNS: Final = {
    "project": "LowCardinality(String)", "query": "String", "day": "Date", "at": "Float64", "assets": "Array(UInt64)",
}  # fmt: skip


class Table(Protocol):
    """The warehouse, as what takes rows."""

    def add(self, table: str, columns: Mapping[str, str], data: Sequence[Sequence[Any]]) -> None:
        """Put rows into a table."""
        ...


class _Order(NamedTuple):
    project: str
    query: str
    day: date
    at: float
    assets: list[int]


class SearchOrders:
    """The orders that this worker was asked to rank. Safe from several threads.

    Args:
        clock: Unix seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._day = date.min
        self._known: set[tuple[str, str]] = set()
        self._waiting: list[_Order] = []

    def note(self, project: str, query: str, candidates: Sequence[int]) -> None:
        """Note the base order of a query, which is folded, unless there is one of today."""
        now = self._clock()
        day = datetime.fromtimestamp(now, UTC).date()
        with self._lock:
            if day != self._day:
                self._day, self._known = day, set()
            if (project, query) in self._known or len(self._known) >= MOST:
                return
            self._known.add((project, query))
            self._waiting.append(_Order(project, query, day, now, list(candidates[:KEPT_CANDIDATES])))

    def write(self, table: Table) -> None:
        """Write down what was noted.

        Raises:
            ServiceUnavailableError: the warehouse is away; the next call tries again.
        """
        with self._lock:
            orders, self._waiting = self._waiting, []
        if not orders:
            return
        try:
            table.add("search_orders", COLUMNS, [list(column) for column in zip(*orders, strict=True)])
        except BaseException:
            with self._lock:
                self._waiting = [*orders, *self._waiting]
            raise
