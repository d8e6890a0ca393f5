"""At which ranks results of searches are clicked: whether players find what they want at the top."""

from collections.abc import Callable
from typing import Annotated, Final

from msgspec import Meta, Struct

from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import Period, rfc3339
from audioscape_server.api.responses import Count
from audioscape_server.api.shaping import Row

#: The first and the last rank of each group, as read/clicked_ranks.sql puts ranks together.
_GROUPS: Final[tuple[tuple[int, int | None], ...]] = (*((rank, rank) for rank in range(1, 11)), (11, 20), (21, None))


class ClickedRank(Struct):
    """The clicks at some ranks."""

    first: Annotated[int | None, Meta(description="The first of them; null: the clicks that carry no rank.")]
    last: Annotated[int | None, Meta(description="The last of them; null where there is none.")]
    clicks: Annotated[Count, Meta(description="`search_click` events.")]


class ClickedRanks(Struct, rename={"since": "from", "until": "to"}):
    """At which ranks results of searches were clicked; together as many as `search_clicks` of the overview."""

    since: Annotated[str, Meta(description="Start of the period, RFC 3339; included.")]
    until: Annotated[str, Meta(description="End of the period, RFC 3339; excluded.")]
    ranks: Annotated[list[ClickedRank], Meta(description="All 13: 1 to 10, 11 to 20, from 21 on, and without a rank.")]


def clicked_ranks(ask: Callable[..., list[Row]], project: str, period: Period, filters: Filters) -> ClickedRanks:
    """Ask for the clicks of a period by their rank."""
    # The rollup of searches knows neither universes nor places.
    bounds = period.bounds(rollup=not filters.name_places)
    rows = ask("read/clicked_ranks", project=project, **bounds, **filters.lists)
    found = {row["first"]: row["clicks"] for row in rows}
    ranks = [ClickedRank(first, last, found.get(first, 0)) for first, last in _GROUPS]
    return ClickedRanks(
        rfc3339(period.since), rfc3339(period.until), [*ranks, ClickedRank(None, None, found.get(0, 0))]
    )
