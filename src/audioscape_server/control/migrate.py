"""Bring a control database to this version's schema: an ordered list of steps, each run once.

Invariants
    * ``schema.py`` is the sum of ``migrations/``; a test compares the two on both databases.
    * A step is one ``.sql`` file, ``0002_what_it_does.sql``, numbered without a gap and never changed after a release.
      One text serves both databases: ``{bytes}`` stands for the type of bytes, the only word in which they differ.
      SQLite changes a column or a constraint only by making a new table, filling it and renaming it: so do we.
    * All missing steps and the new version number are one transaction, under a lock that lets one process migrate at
      a time. A crash or an error in the middle leaves the database as it was.
    * A database with a higher number than ours was made by a newer server. It is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, delete, insert, inspect, select, text

from audioscape_server.control.schema import schema_version
from audioscape_server.errors import ConfigurationError

#: How each database calls a column of bytes.
_BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}
#: Makes a second process that migrates wait for the end of the first one's transaction.
_ALONE = {
    "sqlite": text("BEGIN IMMEDIATE"),
    "postgresql": text("SELECT pg_advisory_xact_lock(hashtext('audioscape migrate'))"),
}
_STATEMENT_END = re.compile(r";\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """One file of ``migrations/``."""

    name: str
    """Such as ``0002_installation``."""
    sql: str

    @property
    def version(self) -> int:
        """The version of a database that has seen this step."""
        return int(self.name[:4])

    def run(self, connection: Connection) -> None:
        """Change the database, in the connection's transaction."""
        sql = self.sql.replace("{bytes}", _BYTES[connection.dialect.name])
        for statement in _STATEMENT_END.split(sql):
            if statement.strip():
                connection.exec_driver_sql(statement)


@cache
def steps() -> tuple[Step, ...]:
    """Every step that this server ships, in order."""
    folder = files("audioscape_server.control").joinpath("migrations")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return tuple(Step(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in found)


def latest_version() -> int:
    """The version of the schema that this server works with."""
    return steps()[-1].version


def version_of(connection: Connection) -> int:
    """The version of a database; 0 when it has no tables of ours."""
    if not inspect(connection).has_table(schema_version.name):
        return 0
    return connection.scalar(select(schema_version.c.version)) or 0


def migrate(connection: Connection, wanted: Sequence[Step] | None = None) -> list[str]:
    """Run the steps that a database has not seen, in the connection's transaction; returns their names.

    Args:
        connection: at the start of a transaction, which the caller ends.
        wanted: the steps to know of; all that this server ships by default.

    Raises:
        ConfigurationError: a newer server made the database.
    """
    wanted = steps() if wanted is None else wanted
    connection.execute(_ALONE[connection.dialect.name])
    found = version_of(connection)
    if found > wanted[-1].version:
        raise ConfigurationError(
            f"The control database has schema version {found}, this server knows {wanted[-1].version}: "
            "run the newer server, or restore a backup made before the upgrade.",
        )
    missing = [step for step in wanted if step.version > found]
    for step in missing:
        step.run(connection)
    if missing:
        connection.execute(delete(schema_version))
        connection.execute(insert(schema_version).values(version=missing[-1].version))
    return [step.name for step in missing]
