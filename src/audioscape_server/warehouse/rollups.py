"""Compare the rollups with the base table, and rebuild what differs.

A materialised view is fed while a block is inserted, but not in one transaction with it: after a kill a rollup may lack
a block that the base table has, or keep one that was deleted from it. Each rollup therefore carries a count of events
per row. A day *differs* when, for some project, that count or a fingerprint of the counts of all rows is not what the
view's own SELECT makes of the base table.

A rebuild fills a side table with that SELECT, restricted to one day, and swaps the partition. The SELECT is read from
the view itself, so there is one definition of each rollup and no second one to drift from it.

The caller guarantees that nothing is inserted meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from audioscape_server.warehouse.client import Connections, statement

#: Name of each rollup; its view is called ``<name>_view``.
ROLLUPS: Final = ("activity_hour", "asset_day", "search_day", "custom_day", "track_length_day")


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A rollup that does not agree with the base table on a day."""

    rollup: str
    day: date
    projects: tuple[str, ...]


def differing(connections: Connections, days: Iterable[date]) -> list[Difference]:
    """Compare every rollup with the base table on each of `days`."""
    return [
        Difference(rollup, day, projects)
        for day in sorted(set(days))
        for rollup in ROLLUPS
        if (projects := _differing_projects(connections, rollup, day))
    ]


def rebuild(connections: Connections, rollup: str, day: date) -> None:
    """Make the rollup's partition of `day` anew from the base table and swap it in."""
    side = f"{rollup}_rebuild"
    # A rebuild that was cut short leaves its side table behind.
    connections.command(f"DROP TABLE IF EXISTS {side} SYNC")
    connections.command(f"CREATE TABLE {side} AS {rollup}")
    connections.command(
        f"INSERT INTO {side} {_definition(connections, rollup)}",
        settings={"async_insert": 0, **_only(connections, day)},
    )
    [filled] = connections.select(f"SELECT count() AS n FROM {side}", {}, {})  # noqa: S608 - a name of ROLLUPS
    # Swapping in a partition that has no parts is refused by the engine as a likely mistake.
    swap = f"REPLACE PARTITION '{day}' FROM {side}" if filled["n"] else f"DROP PARTITION '{day}'"
    connections.command(f"ALTER TABLE {rollup} {swap}")
    connections.command(f"DROP TABLE {side} SYNC")


def _differing_projects(connections: Connections, rollup: str, day: date) -> tuple[str, ...]:
    [keys] = connections.query("rollups/sorting_key", {"table": rollup}, {})
    fingerprint = statement("rollups/fingerprint").replace("{sorting_key}", keys["sorting_key"])
    is_day = _only(connections, day)
    derived = connections.select(fingerprint.replace("{source}", _definition(connections, rollup)), {}, is_day)
    stored = connections.select(
        fingerprint.replace("{source}", f"SELECT * FROM {rollup} WHERE day = '{day}'"),  # noqa: S608
        {},
        {},
    )
    expected = {row["project"]: (row["total"], row["fingerprint"]) for row in derived}
    found = {row["project"]: (row["total"], row["fingerprint"]) for row in stored}
    return tuple(
        sorted(project for project in expected.keys() | found.keys() if expected.get(project) != found.get(project))
    )


def _definition(connections: Connections, rollup: str) -> str:
    [view] = connections.query("rollups/view_definition", {"view": f"{rollup}_view"}, {})
    return str(view["definition"])


def _only(connections: Connections, day: date) -> dict[str, str]:
    """Restrict the base table, wherever a statement reads it, to one day."""
    return {"additional_table_filters": f"{{'{connections.database}.events': 'day = \\'{day}\\''}}"}
