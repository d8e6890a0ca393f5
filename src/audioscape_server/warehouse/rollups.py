"""Compare the rollups with the base table, and rebuild what differs.

A materialised view is fed while a block is inserted, but not in one transaction with it: after a kill a rollup may lack
a block that the base table has, or keep one that was deleted from it. Each rollup therefore carries a count of events
per row. A day *differs* when, for some project, that count or a fingerprint of what the rows say is not what the
view's own SELECT makes of the base table.

A rollup is kept by month. A rebuild fills a side table with what the rollup has of the other days of the month, and
with that SELECT, restricted to the days that are rebuilt; then it swaps the partition. The SELECT is read from the view
itself, so there is one definition of each rollup and no second one to drift from it.

A rebuild may be cut short at every step, by a kill or a power cut. The engine swaps a partition in two steps, so then
the old rows may stand beside the new ones. The side table, which is dropped last, is named for its month: as long as it
is there, every day of that month is compared whenever anything is repaired. A day that is there twice differs.

A swap that arrives late finds no side table of its name: each rebuild has names of its own, and side tables that others
left are renamed when the fence is raised (see ``fence``).

The caller guarantees that nothing is inserted meanwhile.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final

from audioscape_server.failpoints import failpoint
from audioscape_server.warehouse import fingerprint
from audioscape_server.warehouse.client import Connections, Row
from audioscape_server.warehouse.statements import statement

#: Name of each rollup; its view is called ``<name>_view``.
ROLLUPS: Final = (
    "project_hour", "project_day", "place_day", "track_day", "search_day", "custom_day", "track_length_day",
)  # fmt: skip

#: Between the name of a rollup and the month, in the name of a side table.
_SIDE: Final = "_rebuild_"
#: Bytes of a GROUP BY after which it goes on on the disk: bounds the memory of a day with many millions of events.
_SPILL: Final = {"max_bytes_before_external_group_by": 1 << 30}


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A rollup that does not agree with the base table on a day."""

    day: date
    rollup: str
    projects: tuple[str, ...]


def differing(connections: Connections, days: Iterable[date], *, sets: bool = False) -> list[Difference]:
    """Compare every rollup with the base table on each of `days`, all days of a rollup in one pass.

    `sets`: not their sums alone, but also who was there and when listening ended; that is two to three times the work.
    """
    if not (wanted := sorted(set(days))):
        return []
    definitions = _definitions(connections)
    return sorted(one for rollup in ROLLUPS for one in _differing(connections, definitions[rollup], wanted, sets=sets))


def repair(connections: Connections, days: Iterable[date], token: int, *, sets: bool = False) -> list[Difference]:
    """Rebuild every rollup that differs on one of `days`, or where a rebuild was cut short; return what was rebuilt.

    `token` is the fencing token that counts; `sets` as in `differing`.
    """
    cut_short = _side_tables(connections)
    compared = {*days, *(day for month in cut_short.values() for day in month)}
    differences = differing(connections, compared, sets=sets)
    for rollup in ROLLUPS:
        rebuild(connections, [rollup], [one.day for one in differences if one.rollup == rollup], token)
    for side in cut_short:
        connections.change(f"DROP TABLE IF EXISTS {side} SYNC", {}, {})
    return differences


def rebuild(connections: Connections, names: Iterable[str], days: Iterable[date], token: int) -> None:
    """Make these days of these rollups anew from the base table and swap them in, a month at a time; as `repair`."""
    if not (wanted := sorted(set(days))):
        return
    definitions = _definitions(connections)
    for month, of_month in groupby(wanted, key=_month):
        rebuilt = list(of_month)
        for rollup in names:
            _rebuild(connections, definitions[rollup], month, rebuilt, token)


def rename_side_tables(connections: Connections) -> None:
    """Give what rebuilds that were cut short left behind new names, so that no statement of theirs finds it."""
    for row in connections.query("rollups/side_tables", {}, {}):
        rollup, _, month = row["name"].partition(_SIDE)
        connections.change(f"RENAME TABLE {row['name']} TO {_new_side_table(rollup, month[:6])}", {}, {})


def days_of_month(month: str) -> list[date]:
    """Return every day of a month that is written as a partition's name: 202609."""
    day = datetime.strptime(month, "%Y%m").replace(tzinfo=UTC).date()
    return [one for number in range(31) if _month(one := day + timedelta(number)) == month]


def _month(day: date) -> str:
    return f"{day:%Y%m}"


def _rebuild(connections: Connections, made: Row, month: str, days: Sequence[date], token: int) -> None:
    """`made` is a row of `_definitions`."""
    rollup = str(made["rollup"])
    side = _new_side_table(rollup, month)
    connections.change(f"CREATE TABLE {side} AS {rollup}", {}, {})
    failpoint("rebuild.made")
    others = f"SELECT * FROM {rollup} WHERE toYYYYMM(day) = {month} AND NOT {_is_one_of(days)}"  # noqa: S608 - see ROLLUPS
    connections.change(f"INSERT INTO {side} {others}", {}, {"async_insert": 0})
    connections.change(
        f"INSERT INTO {side} {made['definition']}",
        {},
        {"async_insert": 0, **_SPILL, **_only(connections, days)},
    )
    failpoint("rebuild.filled")
    [filled] = connections.select(f"SELECT count() AS n FROM {side}", {}, {})  # noqa: S608 - a name of ROLLUPS
    if filled["n"]:
        connections.change(f"ALTER TABLE {rollup} REPLACE PARTITION {month} FROM {side}", {}, {})
    else:  # swapping in a partition that has no parts is refused by the engine as a likely mistake
        parameters = {"rollup": rollup, "month": int(month), "token": token}
        connections.change(statement("rollups/empty_month"), parameters, {"lightweight_deletes_sync": 2})
    failpoint("rebuild.swapped")
    connections.change(f"DROP TABLE {side} SYNC", {}, {})


def _new_side_table(rollup: str, month: str) -> str:
    return f"{rollup}{_SIDE}{month}_{uuid.uuid4().hex[:12]}"


def _side_tables(connections: Connections) -> dict[str, list[date]]:
    """What rebuilds that were cut short left behind, and the days of each; older versions named some for a day."""
    names = [row["name"] for row in connections.query("rollups/side_tables", {}, {})]
    return {name: _days_in(name.partition(_SIDE)[2][:6]) for name in names}


def _days_in(text: str) -> list[date]:
    try:
        return days_of_month(text)
    except ValueError:
        return []


def _differing(connections: Connections, made: Row, days: Sequence[date], *, sets: bool) -> list[Difference]:
    rollup = str(made["rollup"])
    settings = {**_SPILL, **_only(connections, days)}
    derived = connections.select(fingerprint.of_definition(made, sets=sets), {}, settings)
    stored = connections.select(fingerprint.of_stored(made, _is_one_of(days), sets=sets), {}, _SPILL)
    expected = {(row["day"], row["project"]): (row["total"], row["fingerprint"]) for row in derived}
    found = {(row["day"], row["project"]): (row["total"], row["fingerprint"]) for row in stored}
    projects: dict[date, list[str]] = defaultdict(list)
    for day, project in sorted(expected.keys() | found.keys()):
        if expected.get((day, project)) != found.get((day, project)):
            projects[day].append(project)
    return [Difference(day, rollup, tuple(names)) for day, names in projects.items()]


def _definitions(connections: Connections) -> dict[str, Row]:
    """What each rollup is made of, by its name; read anew each time, for a migration may change it."""
    return {row["rollup"]: row for row in connections.query("rollups/definitions", {}, {})}


def _only(connections: Connections, days: Sequence[date]) -> dict[str, str]:
    """Restrict the base table, wherever a statement reads it, to these days."""
    where = _is_one_of(days).replace("'", "\\'")
    return {"additional_table_filters": f"{{'{connections.database}.events': '{where}'}}"}


def _is_one_of(days: Sequence[date]) -> str:
    return "day IN ({})".format(", ".join(f"'{day}'" for day in days))
