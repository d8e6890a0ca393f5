"""The searches that were made, clicked or not: what is searched in vain, and how many lead to a click.

No built-in event tells of a search that nobody clicked. A game may send a custom event of the type `search` for each,
with `query` and `results` in its metadata (docs/counting.md); without such events there is nothing to tell here.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from audioscape_server.api.outcomes import WINDOW_S
from audioscape_server.api.responses import Count
from audioscape_server.api.searches import WantedSearches
from audioscape_server.api.shaping import Row

Made = Annotated[Count, Meta(description="`search` events with a `query`.")]
Counted = Annotated[Count, Meta(description="Those of them that tell by `results` how many results there were.")]
Vain = Annotated[Count, Meta(description="Those of them that tell of no result at all.")]
Attempts = Annotated[Count, Meta(description="`search` events with a `query` and a `player_id`.")]
Clicked = Annotated[
    Count,
    Meta(
        description=f"Those of them after which the player clicked a result of that query, in {WINDOW_S} seconds and "
        "before searching for it again. The click-through rate is clicked / attempts."
    ),
]

_COUNTS: Final = ("searches", "counted", "without_results", "attempts", "clicked")


class MadeSearch(Struct):
    """A search, and how often it was made."""

    query: Annotated[
        str,
        Meta(description="The spelling most often typed, of those that differ only in case, width and white space."),
    ]
    searches: Made
    counted: Counted
    without_results: Vain
    attempts: Attempts
    clicked: Clicked


class MadeTotals(Struct):
    """The searches of all pages, summed up."""

    searches: Made
    counted: Counted
    without_results: Vain
    attempts: Attempts
    clicked: Clicked


class MadeSearches(Struct):
    """One page of the searches that were made, those that were made most often first."""

    totals: Annotated[MadeTotals, Meta(description="Of all pages.")]
    queries: Annotated[list[MadeSearch], Meta(description="One page of them.")]
    total: Annotated[Count, Meta(description="How many searches there are on all pages.")]


def made_searches(
    ask: Callable[..., list[Row]], project: str, wanted: WantedSearches, *, only_vain: bool
) -> MadeSearches:
    """One page of the searches that were made; or of those that found nothing, most often first."""

    def page(limit: int, offset: int) -> list[Row]:
        return ask(
            "search/made",
            project=project,
            since=wanted.period.since,
            until=wanted.period.until,
            window=float(WINDOW_S),
            sought=wanted.sought,
            only_vain=int(only_vain),
            limit=limit,
            offset=offset,
            **wanted.filters.lists,
        )

    rows = page(wanted.limit, wanted.offset)
    # A page past the end has no row that could carry what is told of all.
    of_all: dict[str, Any] | None = next(iter(rows or (page(1, 0) if wanted.offset else [])), None)
    return MadeSearches(
        totals=MadeTotals(**{name: of_all[f"all_{name}"] if of_all else 0 for name in _COUNTS}),
        queries=[MadeSearch(row["query"], **{name: row[name] for name in _COUNTS}) for row in rows],
        total=of_all["total"] if of_all else 0,
    )
