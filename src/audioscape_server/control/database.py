"""Opening the control database.

SQLite runs in rollback-journal mode on purpose: the SQLite that comes with Python is often older than 3.51.3, and its
write-ahead log can then corrupt the file when two processes write (the command line and the server do). Traffic here is
a handful of short transactions a second, so the slower journal costs nothing.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from audioscape_server.control import schema
from audioscape_server.control.migrate import latest_version, migrate, version_of
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

    def migrate(self) -> list[str]:
        """Bring the schema up to date; the names of the steps that were run. Safe for several processes at once.

        Raises:
            ConfigurationError: it does not answer, cannot be written, or a newer version of the server made it.
        """
        try:
            if self.is_current():
                return []
            with self.engine.begin() as connection:
                ran = migrate(connection)
                if connection.scalar(select(func.count()).select_from(schema.installation)) == 0:
                    connection.execute(
                        insert(schema.installation).values(id=uuid.uuid4().hex, key_changes=0, created_at=time.time()),
                    )
        except SQLAlchemyError as error:
            raise ConfigurationError(f"The control database cannot be used: {error.args[0]}") from error
        return ran

    def version(self) -> int:
        """The version of its schema; 0 when it has no tables."""
        with self.engine.connect() as connection:
            return version_of(connection)

    def is_current(self) -> bool:
        """Whether its schema is the one that this server works with."""
        return self.version() == latest_version()

    def beside(self, name: str) -> Path | None:
        """A file beside a SQLite database; None when the database is a server."""
        file = self.engine.url.database
        if self.engine.dialect.name != "sqlite" or not file:
            return None
        return Path(file).parent / name

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT that can say what to do on conflict, in the connection's dialect."""
    return _INSERTS[connection.dialect.name](table)


_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    connection.execute("PRAGMA journal_mode = DELETE")
    # EXTRA: in this journal mode FULL forgets to sync the folder, and a power cut could bring a revoked key back.
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA foreign_keys = ON")
