"""The parts of a table of the embedded warehouse, as the directories show them while the server runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_PART = re.compile(r"(?P<partition>[^_]+)_(?P<first>\d+)_(?P<last>\d+)_(?P<level>\d+)(_(?P<mutation>\d+))?")


class Part(NamedTuple):
    """A part: the range of inserts that it holds, how often they were merged, and its last mutation."""

    partition: str
    first: int
    last: int
    level: int
    mutation: int

    def comes_from(self, other: Part) -> bool:
        """Whether the other part was merged or mutated into this one."""
        return (
            self != other
            and self.partition == other.partition
            and self.first <= other.first <= other.last <= self.last
            and (self.level, self.mutation) >= (other.level, other.mutation)
        )


def parts(warehouse: Path, table: str) -> set[Part]:
    """The parts that lie in the table's folder, active or not; none while there is no table."""
    definition = warehouse / "metadata" / "audioscape" / f"{table}.sql"
    try:
        found = re.search(r"UUID '(?P<uuid>[0-9a-f-]+)'", definition.read_text())
        assert found is not None, f"{definition} names no UUID"
        folder = warehouse / "store" / found["uuid"][:3] / found["uuid"]
        names = [entry.name for entry in folder.iterdir()]
    except OSError:
        return set()
    return {
        Part(
            match["partition"],
            int(match["first"]),
            int(match["last"]),
            int(match["level"]),
            int(match["mutation"] or 0),
        )
        for match in map(_PART.fullmatch, names)
        if match
    }


def made_of(sources: set[Part], made: set[Part]) -> set[Part]:
    """Those of some parts that come from one of these sources."""
    return {part for part in made if any(part.comes_from(source) for source in sources)}
