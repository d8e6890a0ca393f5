"""Bring a database to the present schema by running the migrations that it has not seen.

A migration is one ``.sql`` file, run once, in order of name, and never changed after a release: its checksum is kept.
ClickHouse has no transactional DDL, so every statement is written to be repeated (IF NOT EXISTS, MODIFY SETTING): a
migration that was cut short runs again from its start. ``schema.sql`` shows the sum of all of them; a test compares the
two.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from audioscape_server.warehouse import store
from audioscape_server.warehouse.client import Connections
from audioscape_server.warehouse.errors import WarehouseRefused

_MADE: Final = re.compile(r"^CREATE (?:TABLE|VIEW|MATERIALIZED VIEW) IF NOT EXISTS (\w+)", re.MULTILINE)
_DROPPED: Final = re.compile(r"^DROP TABLE IF EXISTS (\w+)", re.MULTILINE)
_STATEMENT_END: Final = re.compile(r";\s*$", re.MULTILINE)


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
        """The statements in order; one ends where a line ends with a semicolon."""
        return [text.strip() for text in _STATEMENT_END.split(self.sql) if text.strip()]

    @property
    def tables(self) -> list[str]:
        """The tables and views that it leaves behind."""
        return sorted(set(_MADE.findall(self.sql)) - set(_DROPPED.findall(self.sql)))


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration that this version ships, in order."""
    folder = files("audioscape_server.warehouse").joinpath("migrations")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return tuple(Migration(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in found)


def migrate(connections: Connections, before_change: Callable[[], None]) -> list[str]:
    """Run what is missing and return the names of what was run.

    Args:
        connections: to the database.
        before_change: called before something is changed; what it raises ends the migration.

    Raises:
        WarehouseRefused: A migration was changed after it had been applied, a newer version migrated this database, or
            a table is missing that a migration made.
    """
    present = {row["name"] for row in connections.query("schema/present", {}, {})}
    if "migrations" not in present:
        before_change()
    connections.command(
        "CREATE TABLE IF NOT EXISTS migrations (name String, checksum String, applied_at DateTime('UTC')) "
        "ENGINE = MergeTree ORDER BY name SETTINGS fsync_after_insert = 1, fsync_part_directory = 1"
    )
    applied = {row["name"]: row["checksum"] for row in connections.query("schema/applied_migrations", {}, {})}
    shipped = {migration.name: migration for migration in migrations()}
    if unknown := sorted(applied.keys() - shipped.keys()):
        raise WarehouseRefused(
            f"the warehouse was migrated by a newer version: it has {', '.join(unknown)}. "
            "Start that version, or a newer one"
        )
    for name, checksum in applied.items():
        if shipped[name].checksum != checksum:
            raise WarehouseRefused(f"migration {name} was changed after it had been applied to this warehouse")
    made = {name for migration in migrations() if migration.name in applied for name in migration.tables}
    if gone := sorted(made - present):
        raise WarehouseRefused(
            f"the warehouse has no {', '.join(gone)} any more, and a migration never runs twice. {store.FIRST_AID}"
        )
    missing = [migration for migration in migrations() if migration.name not in applied]
    if missing:
        before_change()
    for migration in missing:
        for text in migration.statements:
            connections.command(text)
        connections.insert(
            "migrations",
            {"name": "String", "checksum": "String", "applied_at": "DateTime('UTC')"},
            [[migration.name], [migration.checksum], [int(time.time())]],
            {"async_insert": 0},
        )
    return [migration.name for migration in missing]
