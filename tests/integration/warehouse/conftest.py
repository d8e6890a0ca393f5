from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from audioscape_server.warehouse import Warehouse, batches, migrate
from support.store import command, opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("warehouse")


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[Warehouse]:
    """One engine for a module: a process can have one at a time, and starting it takes a second."""
    with opened_warehouse(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def new_name() -> Callable[[], str]:
    numbers = count()
    return lambda: f"n{next(numbers)}"


@pytest.fixture
def grown(shared: Warehouse, folder: Path, new_name: Callable[[], str]) -> Iterator[Warehouse]:
    """An empty warehouse that has come with the versions."""
    database = new_name()
    with Warehouse(f"chdb://{folder / 'store'}", database=database) as opened:
        opened.migrate(step_by_step=True)
        yield opened
    command(shared, f"DROP DATABASE {database} SYNC")


@pytest.fixture
def warehouse(shared: Warehouse, folder: Path, new_name: Callable[[], str]) -> Iterator[Warehouse]:
    """An empty warehouse: a database of its own in the shared engine."""
    database = new_name()
    with Warehouse(f"chdb://{folder / 'store'}", database=database) as opened:
        opened.migrate()
        yield opened
    command(shared, f"DROP DATABASE {database} SYNC")


@pytest.fixture
def older(
    monkeypatch: pytest.MonkeyPatch, shared: Warehouse, folder: Path, new_name: Callable[[], str]
) -> Iterator[Callable[[str], Warehouse]]:
    """Makes warehouses as the version before a migration left them."""
    made: list[tuple[Warehouse, str]] = []
    # An older version looks at no plays before it stores a block.
    monkeypatch.setattr(batches, "_LOOKED_AT_BYTES", -1)

    def make(before: str) -> Warehouse:
        database = new_name()
        warehouse = Warehouse(f"chdb://{folder / 'store'}", database=database)
        warehouse.open()
        made.append((warehouse, database))
        with monkeypatch.context() as patch:
            earlier = tuple(migration for migration in migrate.migrations() if migration.name < before)
            patch.setattr(migrate, "migrations", lambda: earlier)
            warehouse.migrate(step_by_step=True)
        return warehouse

    yield make
    for warehouse, database in made:
        warehouse.close()
        command(shared, f"DROP DATABASE {database} SYNC")
