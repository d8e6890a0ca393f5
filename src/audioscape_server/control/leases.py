"""Which spools run: a process holds the lock of its spool's id for as long as it lives.

An id of a spool is no proof of who one is: files are copied. Two processes on copies of one spool are told apart by
this lock, and one that runs is told from one that is gone.

The lock ends with the process: it is that of a file beside a SQLite control database, or of a transaction of
PostgreSQL. PostgreSQL learns only after a while that a machine is gone: see :attr:`Leases.lingers_s`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.impatient import notice_when_gone

#: Seconds after which PostgreSQL has noticed that a machine is gone, with some to spare.
LINGERS_S = 60.0

_Lock = IO[str] | Connection


class Leases:
    """The locks that one process holds. Belongs to the loader's thread.

    Args:
        database: the control database that all workers share.
    """

    def __init__(self, database: ControlDatabase) -> None:
        self._engine = database.engine
        self._beside = database.beside
        self._held: dict[str, _Lock] = {}
        self.lingers_s = LINGERS_S if database.beside("") is None else 0.0
        """Seconds for which the lock of a process that is gone may still seem to be held."""

    def hold(self, spool: str) -> bool:
        """Hold the lock of an id until `give_up`; False when another process holds it.

        Raises:
            SQLAlchemyError: the control database does not answer.
        """
        if not self._still_holds(spool):
            taken = self._take(spool)
            if taken is None:
                return False
            self._held[spool] = taken
        return True

    def runs_elsewhere(self, spool: str) -> bool:
        """Whether another process holds the lock of this id. Raises as `hold`."""
        if spool in self._held:
            return False
        taken = self._take(spool)
        if taken is not None:
            taken.close()
        return taken is None

    def give_up(self) -> None:
        """Give up every lock; idempotent."""
        while self._held:
            _, lock = self._held.popitem()
            with contextlib.suppress(SQLAlchemyError):
                lock.close()

    def _still_holds(self, spool: str) -> bool:
        lock = self._held.get(spool)
        if isinstance(lock, Connection):
            try:
                lock.execute(select(1))
            except SQLAlchemyError:
                # PostgreSQL was started anew, or hangs: the lock is free, for others too.
                del self._held[spool]
                with contextlib.suppress(SQLAlchemyError):
                    lock.close()
                return False
        return lock is not None

    def _take(self, spool: str) -> _Lock | None:
        path = self._beside(f"spool-{spool}.lock")
        return _lock_file(path) if path else _lock_in_transaction(self._engine.connect, spool)


def _lock_file(path: Path) -> IO[str] | None:
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _lock_in_transaction(connect: Callable[[], Connection], spool: str) -> Connection | None:
    """Of a transaction that stays open, and not of the session: behind a pool like pgbouncer that is another's soon."""
    name = int.from_bytes(hashlib.blake2b(spool.encode(), digest_size=8).digest(), signed=True)
    connection = connect()
    try:
        notice_when_gone(connection)
        if connection.scalar(select(func.pg_try_advisory_xact_lock(name))):
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None
