"""The searches that led to clicks, in pages; a page is asked for by itself, or with what came of its clicks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audioscape_server.api import shaping
from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import Period
from audioscape_server.api.responses import SearchQueries, SearchQuery, Spelling
from audioscape_server.api.shaping import Row


@dataclass(frozen=True, slots=True)
class WantedSearches:
    """A page of the searches.

    Attributes:
        period: when the clicks were.
        filters: which clicks.
        limit: rows at most.
        offset: how many are skipped.
        sought: a text that they hold; empty = any.
    """

    period: Period
    filters: Filters
    limit: int
    offset: int
    sought: str


def searches(ask: Callable[..., list[Row]], project: str, wanted: WantedSearches) -> SearchQueries:
    """One page of the searches, those with the most clicks first."""
    rows, total = page_of_searches(ask, project, wanted)
    return SearchQueries(queries=[_search(row) for row in rows], total=total)


def _search(row: Row) -> SearchQuery:
    told: dict[str, Any] = {name: row[name] for name in SearchQuery.__struct_fields__}
    told["spellings"] = [Spelling(*one) for one in row["spellings"]]
    return SearchQuery(**told)


def page_of_searches(ask: Callable[..., list[Row]], project: str, wanted: WantedSearches) -> tuple[list[Row], int]:
    """The rows of read/search_queries.sql, and how many there are on all pages."""
    # The rollup of searches knows neither universes nor places.
    bounds = wanted.period.bounds(rollup=not wanted.filters.name_places)

    def page(limit: int, offset: int) -> list[Row]:
        return ask(
            "read/search_queries",
            project=project,
            limit=limit,
            offset=offset,
            sought=wanted.sought,
            **bounds,
            **wanted.filters.lists,
        )

    return shaping.page(page, wanted.limit, wanted.offset)
