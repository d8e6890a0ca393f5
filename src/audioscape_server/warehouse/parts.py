"""Parts that cannot be read: a flipped byte, an empty file, a file that is gone.

One of them makes every question over its table fail. Set aside (detached: it stays on the disk, under ``detached/``),
it takes with it only what it held; the caller knows where to get that again.
"""

from dataclasses import dataclass

import msgspec

from audioscape_server.warehouse.client import Connections, statement


@dataclass(frozen=True, slots=True)
class DamagedPart:
    """A part that cannot be read."""

    table: str
    part: str
    reason: str


class _Checked(msgspec.Struct):
    table: str
    part_path: str
    is_passed: int
    message: str


def damaged(connections: Connections) -> list[DamagedPart]:
    """Read every part of every table and return those that cannot be read."""
    lines = connections.raw(statement("parts/check"))
    found = [msgspec.json.decode(line, type=_Checked) for line in lines.splitlines()]
    return [DamagedPart(one.table, one.part_path, one.message[:300]) for one in found if not one.is_passed]


def set_aside(connections: Connections, parts: list[DamagedPart]) -> None:
    """Detach these parts, so that the rest of their tables can be read."""
    for part in parts:
        # Both names come from the engine itself.
        connections.command(f"ALTER TABLE `{part.table}` DETACH PART '{part.part}'")
