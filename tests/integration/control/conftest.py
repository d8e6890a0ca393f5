from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from audioscape_server.control import ControlDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_numbers = itertools.count()


@pytest.fixture
def postgresql_url(postgres: str) -> str:
    """The URL of an empty database of a PostgreSQL server."""
    server = sqlalchemy.create_engine(postgres, isolation_level="AUTOCOMMIT")
    name = f"control_{next(_numbers)}"
    with server.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    made = server.url.set(database=name).render_as_string(hide_password=False)
    server.dispose()
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty control database, on each of the two databases that we speak to."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'control.db'}"
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
def database(url: str) -> Iterator[ControlDatabase]:
    opened = ControlDatabase(url)
    opened.migrate()
    yield opened
    opened.close()
