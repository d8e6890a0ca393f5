"""Groups of tracks: by artist, by album, by genre.

Why three lists and not one with a parameter: a row is told by what it is about, and an album is told by two names. Two
artists may have albums of one name ("Greatest Hits"), which are two albums; a genre has no artist. So the rows differ
as those of tracks and experiences do, and each list has its own path, its own columns of CSV and its own description.

Where names meet numbers
    Names are in the control database and change with each import; numbers are in the warehouse. A question asks the
    warehouse which assets have an event in the period, the catalog to which group each of those belongs, and then the
    warehouse for the measures, with the groups beside the statement. So what is sent grows with the assets that were
    played, never with the catalog, and no copy of the catalog can be out of date. Here lies at most one part of the
    assets, and two numbers for each that has a name.

Promises:
    * Groups share out the tracks: each asset with an event in the period is in exactly one group, and every measure but
      `listeners` adds up to that of the tracks. Listeners of a group are distinct over its tracks.
    * Assets without the name (not in the catalog, or without it there) are one group, whose name is null.
    * Names are compared as they were imported, letter by letter.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from audioscape_server.api.dependencies import Catalog
from audioscape_server.api.responses import Album, Albums, Artist, Artists, Genre, Genres, Group

#: How many assets are looked up at once.
PART: Final = 100_000

Label = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what tracks are put together.

    Attributes:
        plural: what the groups are called.
        names: the catalog's names that tell a group; an asset without the first is in no named group.
        row: the struct of one group.
        answer: the struct of a page of groups.
    """

    plural: str
    names: tuple[str, ...]
    row: type[Group]
    answer: type[Artists | Albums | Genres]

    def named(self, label: Label) -> dict[str, Any]:
        """What a row says of its group."""
        return dict(zip(self.names, label, strict=True))


ARTISTS: Final = Grouping("artists", ("artist",), Artist, Artists)
ALBUMS: Final = Grouping("albums", ("album", "artist"), Album, Albums)
GENRES: Final = Grouping("genres", ("genre",), Genre, Genres)


@dataclass(frozen=True, slots=True)
class Members:
    """Which asset is of which group.

    Attributes:
        labels: the names of the groups, by number, in the order of their names; 0 is the group without a name.
        assets: those in a group with a name.
        numbers: of each of them the number of its group.
    """

    labels: Sequence[Label]
    assets: Sequence[int]
    numbers: Sequence[int]


def members(
    catalog: Catalog, project: str, names: Sequence[str], assets_from: Callable[[int, int], Sequence[int]]
) -> Members:
    """Sort assets into groups.

    Args:
        catalog: knows the names.
        project: whose names.
        names: the kinds of names that tell a group.
        assets_from: the assets from a number on, ascending, as many as are asked for or all that there are.
    """
    found: dict[Label, int] = {}
    assets, groups = array("Q"), array("I")
    first = 0
    while True:
        part = assets_from(first, PART)
        for asset, label in catalog.labels(project, names, part):
            if label[0] is not None:
                assets.append(asset)
                groups.append(found.setdefault(label, len(found)))
        if len(part) < PART:
            break
        first = part[-1] + 1
    # Ties are sorted by name: so groups are numbered in the order of their names.
    labels = sorted(found, key=lambda label: tuple(name or "" for name in label))
    number_of = {found[label]: number for number, label in enumerate(labels, 1)}
    return Members([(None,) * len(names), *labels], assets, array("I", map(number_of.__getitem__, groups)))
