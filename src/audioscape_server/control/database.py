"""Opening the control database.

SQLite runs in rollback-journal mode on purpose: the SQLite that comes with Python is often older than 3.51.3, and its
write-ahead log can then corrupt the file when two processes write (the command line and the server do). Traffic here is
a handful of short transactions a second, so the slower journal costs nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from audioscape_server.control import schema
from audioscape_server.errors import ConfigurationError

#: Seconds a statement waits for another process's transaction.
BUSY_TIMEOUT_S = 10


class ControlDatabase:
    """The engine, and what differs between the two databases that it may speak to.

    Args:
        url: a SQLAlchemy URL, ``sqlite:///FILE`` or ``postgresql+psycopg://…``.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine: Engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        except ArgumentError:
            raise ConfigurationError(
                "control_url must be sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE",
            ) from None
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)

    def migrate(self) -> None:
        """Create what is missing. Safe to run again, and by two processes at once.

        Raises:
            ConfigurationError: it does not answer, cannot be written, or a newer version of the server made it.
        """
        try:
            with self.engine.begin() as connection:
                connection.execute(_MIGRATE_ALONE[self.engine.dialect.name])
                schema.metadata.create_all(connection)
                found = connection.scalar(select(schema.schema_version.c.version))
                if found is None:
                    connection.execute(insert(schema.schema_version).values(version=schema.VERSION))
        except SQLAlchemyError as error:
            raise ConfigurationError(f"The control database cannot be used: {error.args[0]}") from error
        if found is not None and found > schema.VERSION:
            raise ConfigurationError(
                f"The control database has schema version {found}, this server knows {schema.VERSION}: "
                "run the newer server, or restore a backup made before the upgrade.",
            )

    def beside(self, name: str) -> Path | None:
        """A file beside a SQLite database; None when the database is a server."""
        file = self.engine.url.database
        if self.engine.dialect.name != "sqlite" or not file:
            return None
        return Path(file).parent / name

    def is_current(self) -> bool:
        """Whether the database exists and has this server's schema."""
        return inspect(self.engine).has_table(schema.schema_version.name)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT that can say what to do on conflict, in the connection's dialect."""
    return _INSERTS[connection.dialect.name](table)


#: Makes a second process that migrates wait for the end of the first one's transaction.
_MIGRATE_ALONE = {
    "sqlite": text("BEGIN IMMEDIATE"),
    "postgresql": text("SELECT pg_advisory_xact_lock(hashtext('audioscape migrate'))"),
}

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    connection.execute("PRAGMA journal_mode = DELETE")
    # EXTRA: in this journal mode FULL forgets to sync the folder, and a power cut could bring a revoked key back.
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA foreign_keys = ON")
