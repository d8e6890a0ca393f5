"""Where the servers that the benchmark compares with are not installed, their tests are skipped; in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.ingest import folder_on
from bench.peers import postgres


def require(is_there: object, package: str) -> None:
    if not is_there:
        reason = f"{package} is not installed (Debian: apt-get install {package})"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="module")
def peer_folder() -> Iterator[Path]:
    """A folder that the user of PostgreSQL can enter, which pytest's own are not."""
    require(postgres.programs(), "postgresql")
    with folder_on(None) as folder:
        yield folder


@pytest.fixture
def wrk_is_here() -> None:
    require(shutil.which("wrk"), "wrk")
