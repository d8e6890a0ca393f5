"""Where the servers that the benchmark compares with are not installed, their tests are skipped; in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bench.ingest import folder_on
from bench.peers import postgres
from bench.peers.postgres import Postgres


def require(is_there: object, package: str) -> None:
    if not is_there:
        reason = f"{package} is not installed (Debian: apt-get install {package})"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Postgres]:
    require(postgres.programs(), "postgresql")
    # Not in pytest's own folders: those are closed to the user that PostgreSQL runs as.
    with folder_on(None) as folder:
        (folder / "postgres").mkdir()
        with postgres.running(folder / "postgres", postgres.all_cores()) as running:
            yield running


@pytest.fixture(scope="module")
def database(cluster: Postgres, request: pytest.FixtureRequest) -> Postgres:
    """The module's own, empty at first."""
    name = request.module.__name__.rpartition(".")[2]
    with cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return replace(cluster, url=cluster.url.removesuffix("postgres") + name)


@pytest.fixture
def wrk_is_here() -> None:
    require(shutil.which("wrk"), "wrk")
