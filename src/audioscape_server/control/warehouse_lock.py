"""Keeps inserts and repairs apart when several workers fill one warehouse.

Many may insert at a time (shared); a repair compares and swaps partitions, so nobody may insert meanwhile (exclusive).
Both kinds of lock end with the process that holds them: an advisory lock of PostgreSQL's session, or of a file beside
the SQLite control database.
"""

from __future__ import annotations

import fcntl
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.impatient import notice_when_gone, patient

#: The name of our lock among all advisory locks of the PostgreSQL database.
ADVISORY_LOCK = 0x6175_6469_6F73


class WarehouseLock:
    """The lock that every worker with this control database shares."""

    def __init__(self, database: ControlDatabase) -> None:
        self._engine = database.engine
        self._file = database.beside("warehouse.lock")

    def shared(self) -> AbstractContextManager[None]:
        """Held while inserting."""
        return self._held(exclusive=False)

    def exclusive(self) -> AbstractContextManager[None]:
        """Held while deleting or repairing."""
        return self._held(exclusive=True)

    def _held(self, *, exclusive: bool) -> AbstractContextManager[None]:
        return self._held_by_session(exclusive) if self._file is None else _held_by_file(self._file, exclusive)

    @contextmanager
    def _held_by_session(self, exclusive: bool) -> Generator[None]:  # noqa: FBT001
        take = func.pg_advisory_xact_lock if exclusive else func.pg_advisory_xact_lock_shared
        with self._engine.begin() as connection:
            notice_when_gone(connection)
            with patient(connection):  # a repair takes as long as it takes
                connection.execute(select(take(ADVISORY_LOCK)))
            yield


@contextmanager
def _held_by_file(path: Path, exclusive: bool) -> Generator[None]:  # noqa: FBT001
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
