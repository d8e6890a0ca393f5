from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audioscape_server.control import ControlDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
