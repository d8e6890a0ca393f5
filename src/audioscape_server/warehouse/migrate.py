"""Bring a database to the present schema by running the migrations that it has not seen.

A migration is one ``.sql`` file, run once, in order of name, and never changed after a release: its checksum is kept.
ClickHouse has no transactional DDL, so every statement is written to be repeated (IF NOT EXISTS, MODIFY SETTING): a
migration that was cut short runs again from its start. ``schema.sql`` is the sum of all of them; a test compares the
two. A new database is made of it at once (see ``first_start``).
"""

import hashlib
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Final

import structlog

from audioscape_server.warehouse import fence, first_start, lengths, rollups, store
from audioscape_server.warehouse.client import Connections
from audioscape_server.warehouse.errors import WarehouseRefused
from audioscape_server.warehouse.reorder import sort_events
from audioscape_server.warehouse.room import Room
from audioscape_server.warehouse.statements import statements_of

_MADE: Final = re.compile(r"^CREATE (?:TABLE|VIEW|MATERIALIZED VIEW) IF NOT EXISTS (\w+)", re.MULTILINE)
_DROPPED: Final = re.compile(r"^DROP (?:TABLE|VIEW) IF EXISTS (\w+)", re.MULTILINE)

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of ``migrations/``."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """The statements in order."""
        return statements_of(self.sql)

    @property
    def makes(self) -> set[str]:
        """The tables and views that it makes."""
        return set(_MADE.findall(self.sql))

    @property
    def drops(self) -> set[str]:
        """The tables and views that it drops."""
        return set(_DROPPED.findall(self.sql))

    def leaves(self, present: set[str]) -> set[str]:
        """The tables and views that are there after it, of those that were before and those that it makes."""
        for text in self.statements:
            present = (present | set(_MADE.findall(text))) - set(_DROPPED.findall(text))
        return present


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration that this version ships, in order."""
    folder = files("audioscape_server.warehouse").joinpath("migrations")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return tuple(Migration(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in found)


def migrate(connections: Connections, room: Room, *, step_by_step: bool = False) -> list[str]:
    """Run what is missing and return the names of what was run.

    Args:
        connections: to the database.
        room: on the disk; where it is short nothing is changed.
        step_by_step: run every migration on a new database too, as on one that has come with the versions.

    Raises:
        WarehouseRefused: A migration was changed after it had been applied, a newer version migrated this database, or
            a table is missing that a migration made.
        WarehouseUnavailable: another version is making the tables of a new database.
    """
    present = _present(connections)
    if first_start.TABLE in present or not (present or step_by_step):
        room.require_for_change()
        if _start_first(connections):
            return [migration.name for migration in migrations()]
        present = _present(connections)
    if "migrations" not in present:
        room.require_for_change()
    connections.command(
        "CREATE TABLE IF NOT EXISTS migrations (name String, checksum String, applied_at DateTime('UTC')) "
        "ENGINE = MergeTree ORDER BY name SETTINGS fsync_after_insert = 1, fsync_part_directory = 1"
    )
    applied = _applied(connections)
    _require_ours(applied)
    _require_whole(applied, present)
    superseded = _superseded(present)
    missing = [migration for migration in migrations() if migration.name not in applied]
    if missing:
        room.require_for_change()
    for migration in missing:
        if migration.name not in superseded:
            _run(connections, migration, room)
        _write_down(connections, [migration])
    return [migration.name for migration in missing if migration.name not in superseded]


def _start_first(connections: Connections) -> bool:
    """Make a new database of the whole schema; False where another start came to its end, and this one is over."""
    first_start.begin(connections)
    # Looked at when all can see that this one has begun: from now on nobody of another version begins.
    if "migrations" in _present(connections) and _applied(connections):
        first_start.end(connections)
        return False
    first_start.make(connections)
    _write_down(connections, migrations())
    first_start.end(connections)
    return True


def _present(connections: Connections) -> set[str]:
    return {row["name"] for row in connections.query("schema/present", {}, {})}


def _applied(connections: Connections) -> dict[str, str]:
    """The checksums of the migrations that were run, by name."""
    return {row["name"]: row["checksum"] for row in connections.query("schema/applied_migrations", {}, {})}


def _write_down(connections: Connections, done: Sequence[Migration]) -> None:
    """Note that these were run: all of them, or after a crash none."""
    connections.insert(
        "migrations",
        {"name": "String", "checksum": "String", "applied_at": "DateTime('UTC')"},
        [[one.name for one in done], [one.checksum for one in done], [int(time.time())] * len(done)],
        {"async_insert": 0},
    )


def _require_ours(applied: Mapping[str, str]) -> None:
    """Every migration that was applied is one that we know, by name and checksum."""
    shipped = {migration.name: migration for migration in migrations()}
    if unknown := sorted(applied.keys() - shipped.keys()):
        raise WarehouseRefused(
            f"the warehouse was migrated by a newer version: it has {', '.join(unknown)}. "
            "Start that version, or a newer one"
        )
    for name, checksum in applied.items():
        if shipped[name].checksum != checksum:
            raise WarehouseRefused(f"migration {name} was changed after it had been applied to this warehouse")


def _require_whole(applied: Collection[str], present: set[str]) -> None:
    """Every table is there that the migrations made."""
    expected: set[str] = set()
    for migration in migrations():
        # One that was cut short has dropped its tables, or not yet.
        expected = migration.leaves(expected) if migration.name in applied else expected - migration.drops
    if gone := sorted(expected - present):
        raise WarehouseRefused(
            f"the warehouse has no {', '.join(gone)} any more, and a migration never runs twice. {store.FIRST_AID}"
        )


def _run(connections: Connections, migration: Migration, room: Room) -> None:
    for text in migration.statements:
        connections.command(text)
    if migration.name in _AFTERWARDS:
        _AFTERWARDS[migration.name](connections, room)


def _superseded(present: set[str]) -> set[str]:
    """The migrations before the last one that has left tables of its own.

    They have run, whatever the table of migrations says: a part of it may be lost. Run again they would make what a
    later one has replaced.
    """
    made: set[str] = set()
    newest = 0
    for number, migration in enumerate(migrations()):
        own = migration.makes - made
        made |= migration.makes
        if own & present:
            newest = number
    return {migration.name for migration in migrations()[:newest]}


def _fill_rollups(connections: Connections, _: Room) -> None:
    """Make every rollup of all events that there are, month by month, and judge the stops as if loaded today."""
    days = _event_days(connections)
    if not days:
        return
    _log.info("the rollups are made anew of all events; this takes a minute per ten million", days=len(days))
    token = fence.token(connections)
    _rebuild_by_month(connections, ["track_length_day"], days, token)
    lengths.learn(connections)
    lengths.judge_events(connections, token)
    _rebuild_by_month(connections, [name for name in rollups.ROLLUPS if name != "track_length_day"], days, token)
    lengths.note_judged(connections, token)


def _add_players(connections: Connections, _: Room) -> None:
    """Make the rollups anew that know more of who was there, month by month."""
    if days := _event_days(connections):
        _log.info("two rollups are made anew of all events; this takes a minute per thirty million", days=len(days))
        _rebuild_by_month(connections, ["place_day", "search_day"], days, fence.token(connections))


def _event_days(connections: Connections) -> list[date]:
    return [row["day"] for row in connections.query("schema/event_days", {}, {})]


def _rebuild_by_month(connections: Connections, names: Sequence[str], days: Sequence[date], token: int) -> None:
    for month, of_month in groupby(days, key=lambda day: f"{day:%Y-%m}"):
        rollups.rebuild(connections, names, of_month, token)
        _log.info("rollups were made anew", month=month, rollups=names)


#: What is done after a migration's statements and before it counts as applied, where SQL cannot say it.
_AFTERWARDS: Final[Mapping[str, Callable[[Connections, Room], None]]] = {
    "0010_answers": _fill_rollups,  # it leaves them empty
    "0012_events_by_key": sort_events,
    "0023_players_of_days": _add_players,  # it leaves them without
}
