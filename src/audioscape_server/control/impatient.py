"""Connections to PostgreSQL that do not wait for ever.

A server that hangs still holds its connections, and the kernel below it still acknowledges what is sent: no time-out of
TCP or of PostgreSQL ends such a wait. So the client gives up on an answer after `ANSWER_S`, and closes the connection,
whose state nobody knows then.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, event, text

#: Seconds in which a connection must be made.
CONNECT_S = 5
#: Seconds in which an answer must come.
ANSWER_S = 10.0
#: Seconds that a request waits for one of the pool's connections.
POOL_S = 5.0


@cache
def _connection_type() -> Any:
    import psycopg  # noqa: PLC0415 - commands on a SQLite database need not wait for it

    class Impatient(psycopg.Connection[Any]):
        answer_s: float | None = ANSWER_S

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            try:
                return super().wait(gen, interval, self.answer_s if timeout is None else timeout)
            except psycopg.errors._WaitTimeout as error:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as `wait` documents
                self.pgconn.finish()
                raise psycopg.OperationalError(f"no answer within {self.answer_s:g} s") from error

    return Impatient


def make_impatient(engine: Engine) -> None:
    """Let no connection of a PostgreSQL engine wait for ever."""

    def connect(_dialect: object, _record: object, arguments: Any, options: Any) -> Any:
        return _connection_type().connect(*arguments, **{"connect_timeout": CONNECT_S, **options})

    event.listen(engine, "do_connect", connect)


def notice_when_gone(connection: Connection) -> None:
    """Let PostgreSQL notice that this machine is gone, for the length of a transaction: else its locks last for hours.

    It asks a silent client whether it is there: after 20 s, four times, 5 s apart.
    """
    for name, value in (("idle", 20), ("interval", 5), ("count", 4)):
        connection.execute(text(f"SET LOCAL tcp_keepalives_{name} = {value}"))


@contextmanager
def patient(connection: Connection) -> Generator[None]:
    """Wait as long as it takes: for what may honestly take long, a lock or a change of a large table."""
    driver: Any = connection.connection.driver_connection
    if not hasattr(driver, "answer_s"):  # SQLite
        yield
        return
    driver.answer_s = None
    try:
        yield
    finally:
        driver.answer_s = ANSWER_S
