"""A PostgreSQL that hangs ends what waits for it; one that is busy for a good reason does not."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeoutError

from audioscape_server.control import ControlDatabase, WarehouseLock, database as database_module, impatient
from support.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is patient in these tests."""
    monkeypatch.setattr(impatient, "ANSWER_S", 0.3)
    monkeypatch.setattr(impatient._connection_type(), "answer_s", 0.3)
    monkeypatch.setattr(impatient, "CONNECT_S", 1)
    monkeypatch.setattr(database_module, "POOL_S", 0.3)


@pytest.fixture
def proxy(postgres: str) -> Iterator[Proxy]:
    made = Proxy(sqlalchemy.make_url(postgres).port or 0)
    yield made
    made.close()


@pytest.fixture
def database(postgres: str, proxy: Proxy) -> Iterator[ControlDatabase]:
    url = sqlalchemy.make_url(postgres).set(port=proxy.port)
    opened = ControlDatabase(url.render_as_string(hide_password=False))
    opened.migrate()
    yield opened
    proxy.flow()
    opened.close()


def one(database: ControlDatabase) -> int | None:
    with database.engine.connect() as connection:
        return connection.scalar(text("SELECT 1"))


def test_a_statement_is_given_up_and_the_next_one_works_once_it_answers_again(
    database: ControlDatabase, proxy: Proxy
) -> None:
    with database.engine.connect() as connection:
        connection.scalar(text("SELECT 1"))
        proxy.hang()
        with pytest.raises(OperationalError, match="no answer within"):
            connection.scalar(text("SELECT 1"))
        assert connection.invalidated, "nobody knows what it would answer next"
    with pytest.raises(OperationalError):
        one(database)
    proxy.flow()
    assert one(database) == 1


def test_a_connection_is_given_up(database: ControlDatabase, proxy: Proxy) -> None:
    database.close()
    proxy.hang()
    with pytest.raises(OperationalError, match="timeout expired"):
        one(database)


def test_nobody_waits_for_ever_for_a_connection_of_the_pool(database: ControlDatabase) -> None:
    held = [database.engine.connect() for _ in range(15)]
    with pytest.raises(PoolTimeoutError):
        one(database)
    for connection in held:
        connection.close()
    assert one(database) == 1


def test_a_lock_is_waited_for_as_long_as_it_takes(database: ControlDatabase) -> None:
    """A repair may take minutes, and the loaders wait for its end."""
    lock, taken = WarehouseLock(database), threading.Event()

    def wait() -> None:
        with lock.shared():
            taken.set()

    with ThreadPoolExecutor(1) as pool:
        with lock.exclusive():
            waiting = pool.submit(wait)
            assert not taken.wait(3 * impatient.ANSWER_S)
        waiting.result(30)
    assert taken.is_set()
    assert one(database) == 1
