"""What every test may ask for: a running server, a server of its own, and calm settings for hypothesis."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, settings

from support.postgres import running_postgres
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# A deadline for an example is a timing assertion: on a busy machine it fails for no fault of the code.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("calm")

_databases = itertools.count()

#: What was posted is loaded as good as at once: most tests of the shared servers wait for it.
_SOON = {"LOAD_INTERVAL": 0.05}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The one server that most tests share. Whoever kills or configures a server takes ``new_server``."""
    with Server(tmp_path_factory.mktemp("server"), _SOON) as running:
        yield running
    running.assert_no_fault_of_its_own()


@pytest.fixture(
    scope="session",
    params=["hurry", pytest.param("", marks=pytest.mark.slow)],
    ids=["hurried", "at its own pace"],
)
def pace(request: pytest.FixtureRequest) -> str:
    """How a server is tampered with, for a test that waits for its deadlines: the long runs wait for the real ones."""
    return request.param


@pytest.fixture(scope="session")
def impatient_server(tmp_path_factory: pytest.TempPathFactory, pace: str) -> Iterator[Server]:
    """As ``server``, at that pace: for clients that let it wait."""
    with Server(tmp_path_factory.mktemp("server"), _SOON, tamper=pace) as running:
        yield running
    running.assert_no_fault_of_its_own()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server; the URL of a database in it."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgresql_url(postgres: str) -> Iterator[str]:
    """The URL of an empty database of a PostgreSQL server."""
    server = sqlalchemy.create_engine(postgres, isolation_level="AUTOCOMMIT")
    name = f"test_{next(_databases)}"
    with server.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    # A database is 300 files: a hundred of them take longer to remove than all that is tested on them.
    with server.connect() as connection:
        connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def new_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Make a server of the test's own, with settings as ``AUDIOSCAPE_…`` names them; it ends with the test."""
    with ExitStack() as running:

        def start(**settings: Any) -> Server:
            return running.enter_context(Server(tmp_path_factory.mktemp("server"), settings))

        yield start


@pytest.fixture(params=["restless", pytest.param("", marks=pytest.mark.slow)], ids=["restless", "at its own pace"])
def restless_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own whose jobs come round soon; the long runs wait for the real ones."""
    with Server(tmp_path, tamper=request.param) as running:
        yield running
