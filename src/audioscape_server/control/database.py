"""Opening the control database.

SQLite runs in rollback-journal mode on purpose: the SQLite that comes with Python is often older than 3.51.3, and its
write-ahead log can then corrupt the file when two processes write (the command line and the server do). Traffic here is
a handful of short transactions a second, so the slower journal costs nothing.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, insert, make_url, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from audioscape_server.control import schema
from audioscape_server.control.impatient import POOL_S, make_impatient, patient
from audioscape_server.control.migrate import latest_version, migrate, version_of
from audioscape_server.errors import ConfigurationError

#: Seconds a statement waits for another process's transaction.
BUSY_TIMEOUT_S = 10

_SQLITE = "sqlite:///"
#: The driver that is installed, and other names that people give the same database.
_POSTGRESQL = ("postgresql+psycopg", "postgresql", "postgres")


class ControlDatabase:
    """The engine, and what differs between the two databases that it may speak to.

    Args:
        url: ``sqlite:///FILE``, where FILE is a path and no part of a URL, or ``postgresql+psycopg://…``.

    Raises:
        ConfigurationError: it is neither.
    """

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(
            _parsed(url),
            pool_pre_ping=True,
            pool_timeout=POOL_S,
            hide_parameters=True,
        )
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        if self._is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
        else:
            make_impatient(self.engine)

    def migrate(self) -> list[str]:
        """Bring the schema up to date; the names of the steps that were run. Safe for several processes at once.

        Raises:
            ConfigurationError: it does not answer, cannot be written, or a newer version of the server made it.
        """
        with usable():
            if self.is_current():
                return []
            with self.engine.begin() as connection, patient(connection):
                ran = migrate(connection)
                self._make_installation(connection)
        return ran

    def version(self) -> int:
        """The version of its schema; 0 when it has no tables, or is not there."""
        file = self.engine.url.database
        if self._is_sqlite and file and not Path(file).exists():
            return 0  # a look must not make the file
        with self.engine.connect() as connection:
            return version_of(connection)

    def installation(self) -> str | None:
        """The id that this database was made with; None when it was emptied."""
        with self.engine.connect() as connection:
            return connection.scalar(select(schema.installation.c.id))

    def make_installation(self) -> str:
        """Its id; a new one where it was emptied."""
        with self.engine.begin() as connection:
            return self._make_installation(connection)

    @staticmethod
    def _make_installation(connection: Connection) -> str:
        found = connection.scalar(select(schema.installation.c.id))
        if found is None:
            found = uuid.uuid4().hex
            connection.execute(insert(schema.installation).values(id=found, key_changes=0, created_at=time.time()))
        return found

    @property
    def place(self) -> str:
        """Where it is, without the password."""
        url = self.engine.url
        return url.database or "in memory" if self._is_sqlite else url.render_as_string(hide_password=True)

    def is_current(self) -> bool:
        """Whether its schema is the one that this server works with."""
        return self.version() == latest_version()

    def beside(self, name: str) -> Path | None:
        """A file beside a SQLite database; None when the database is a server."""
        file = self.engine.url.database
        return Path(file).parent / name if self._is_sqlite and file else None

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _parsed(url: str) -> URL:
    if url.startswith(_SQLITE):
        return URL.create("sqlite", database=url.removeprefix(_SQLITE))
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in _POSTGRESQL:
        found = "no such URL" if parsed is None else f"{parsed.drivername}://"  # not the rest: it may hold a password
        raise ConfigurationError(
            "The setting control must be sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE, "
            f"got {found}.",
        )
    return parsed.set(drivername=_POSTGRESQL[0])


@contextmanager
def usable() -> Generator[None]:
    """Where a database that does not answer ends the command: in words.

    Raises:
        ConfigurationError: a statement inside failed.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise ConfigurationError(f"The control database cannot be used: {str(error.args[0])[:500]}") from error


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT that can say what to do on conflict, in the connection's dialect."""
    return _INSERTS[connection.dialect.name](table)


def replacing(connection: Connection, table: Table) -> Any:
    """An INSERT of whole rows, each in place of the one that has its key."""
    return _replacing(connection.dialect.name, table)


@cache  # it takes longer to make than to run
def _replacing(dialect: str, table: Table) -> Any:
    statement = _INSERTS[dialect](table)
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={column.name: column for column in statement.excluded if not column.primary_key},
    )


def alone(connection: Connection) -> None:
    """Let one such transaction go on at a time; to be called first of all in it.

    For what is decided by looking at several rows: whether somebody else is left who may do it, say.
    """
    connection.execute(update(schema.installation).values(id=schema.installation.c.id))


_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    connection.execute("PRAGMA journal_mode = DELETE")
    # EXTRA: in this journal mode FULL forgets to sync the folder, and a power cut could bring a revoked key back.
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA foreign_keys = ON")
