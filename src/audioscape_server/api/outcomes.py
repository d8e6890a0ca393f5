"""What comes of clicks on results of searches: whether players found what they were looking for.

Defined in docs/counting.md, and worked out in sql/search/outcomes.sql. It follows single players through the events,
which takes longer than the list of searches does; so it is a question of its own, about one page of that list.
"""

from collections.abc import Callable
from typing import Annotated, Final

from msgspec import Meta, Struct

from audioscape_server.api.responses import EARLY_S, Count
from audioscape_server.api.searches import WantedSearches, page_of_searches
from audioscape_server.api.shaping import Row

#: Seconds after a click in which the track is played, and skipped.
WINDOW_S: Final = 600


class Outcome(Struct):
    """What came of the clicks of one search."""

    query: Annotated[str, Meta(description="The search, as the list of searches spells it.")]
    attempts: Annotated[Count, Meta(description="Its `search_click` events with a `player_id`.")]
    played: Annotated[
        Count,
        Meta(description=f"Those after which the player played the track, in {WINDOW_S} seconds from the click on."),
    ]
    skipped_early: Annotated[
        Count,
        Meta(description=f"Those of them whose play the player skipped before {EARLY_S} seconds, in the same time."),
    ]


class Outcomes(Struct):
    """What came of the clicks of one page of the searches, in the order of that page."""

    queries: Annotated[list[Outcome], Meta(description="The searches of the page.")]
    total: Annotated[Count, Meta(description="How many searches led to clicks in the period.")]


def outcomes(ask: Callable[..., list[Row]], project: str, wanted: WantedSearches) -> Outcomes:
    """Ask what came of the clicks of a page of the searches."""
    listed, total = page_of_searches(ask, project, wanted)
    if not listed:
        return Outcomes([], total)
    rows = ask(
        "search/outcomes",
        project=project,
        since=wanted.period.since,
        until=wanted.period.until,
        queries=[row["folded"] for row in listed],
        window=float(WINDOW_S),
        early=float(EARLY_S),
        **wanted.filters.lists,
    )
    found = {row["folded"]: row for row in rows}
    return Outcomes([_outcome(row["query"], found.get(row["folded"])) for row in listed], total)


def _outcome(query: str, found: Row | None) -> Outcome:
    """A search that nobody with a name clicked has no attempts."""
    if found is None:
        return Outcome(query, 0, 0, 0)
    return Outcome(query, found["attempts"], found["played"], found["skipped_early"])
