"""What is heard before and after a track: which tracks share its sessions. Defined in docs/counting.md."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from audioscape_server.api import shaping
from audioscape_server.api.dependencies import Catalog
from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import Period, rfc3339
from audioscape_server.api.responses import Count
from audioscape_server.api.shaping import Row

#: Seconds between two plays from which on they have nothing to do with each other: the pause that ends a session.
PAUSE_S: Final = 1_800.0
#: Tracks that are told on each side.
MOST: Final = 20


class Neighbour(Struct):
    """A track that is heard just before or after."""

    asset_id: Annotated[str, Meta(description="The asset, as decimal digits; the track itself where it is repeated.")]
    title: Annotated[str, Meta(description="The catalog's title, or the asset's id when it is not in the catalog.")]
    artist: Annotated[str | None, Meta(description="The catalog's artist.")]
    plays: Annotated[Count, Meta(description="Plays of the asked track that have it as their neighbour.")]


class NeighbourRow(Neighbour):
    """The same, as CSV has it."""

    side: Annotated[str, Meta(description="`before` or `after`.")]


class Neighbours(Struct, rename={"since": "from", "until": "to"}):
    """What players hear before and after a track."""

    since: Annotated[str, Meta(description="Start of the period, RFC 3339; included.")]
    until: Annotated[str, Meta(description="End of the period, RFC 3339; excluded.")]
    plays: Annotated[Count, Meta(description="Plays of the track with a `player_id`.")]
    before: Annotated[
        list[Neighbour], Meta(description=f"What was played before it, the most frequent first; {MOST} at most.")
    ]
    after: Annotated[
        list[Neighbour], Meta(description=f"What was played after it, the most frequent first; {MOST} at most.")
    ]
    nothing_before: Annotated[
        Count, Meta(description=f"Plays of it with no other play in the {PAUSE_S / 60:.0f} minutes before.")
    ]
    nothing_after: Annotated[
        Count, Meta(description=f"Plays of it with no other play in the {PAUSE_S / 60:.0f} minutes after.")
    ]


def neighbours(
    ask: Callable[..., list[Row]], catalog: Catalog, project: str, asset_id: int, *, period: Period, filters: Filters
) -> Neighbours:
    """Ask what players hear before and after an asset; of an asset that nobody plays there is nothing to tell.

    Args:
        ask: runs a statement.
        catalog: knows the names of assets.
        project: whose events.
        asset_id: the asset.
        period: when the plays were.
        filters: which plays; of the asset, and of its neighbours.
    """
    rows = ask(
        "read/neighbours",
        project=project,
        asset_id=asset_id,
        **period.asked,
        pause=PAUSE_S,
        limit=MOST,
        **filters.lists,
    )
    names = catalog.tracks(project, [row["asset_id"] for row in rows if not row["is_none"]])

    def side(name: str) -> list[Neighbour]:
        of_side = [row for row in rows if row["side"] == name and not row["is_none"]]
        return [
            Neighbour(**shaping.naming(row["asset_id"], names.get(row["asset_id"])), plays=row["plays"])
            for row in of_side[:MOST]
        ]

    return Neighbours(
        rfc3339(period.since),
        rfc3339(period.until),
        plays=rows[0]["all_plays"] if rows else 0,
        before=side("before"),
        after=side("after"),
        nothing_before=_nothing(rows, "before"),
        nothing_after=_nothing(rows, "after"),
    )


def as_rows(answer: Neighbours) -> list[NeighbourRow]:
    """One row for each neighbour, for CSV."""
    sides = ("before", answer.before), ("after", answer.after)
    return [
        NeighbourRow(one.asset_id, one.title, one.artist, one.plays, side) for side, found in sides for one in found
    ]


def _nothing(rows: Sequence[Row], side: str) -> int:
    return sum(row["plays"] for row in rows if row["side"] == side and row["is_none"])
