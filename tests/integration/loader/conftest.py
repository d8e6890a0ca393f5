from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from support.loading import Node, control_database, empty
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from audioscape_server.control import ControlDatabase
    from audioscape_server.warehouse import Warehouse


@pytest.fixture(scope="module")
def shared_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("warehouse")) as opened:
        yield opened


@pytest.fixture
def warehouse(shared_warehouse: Warehouse) -> Warehouse:
    """An empty warehouse. Spools have random ids, so no insert token is used twice."""
    empty(shared_warehouse)
    return shared_warehouse


@pytest.fixture
def control(tmp_path: Path) -> Iterator[ControlDatabase]:
    with control_database(tmp_path) as database:
        yield database


@pytest.fixture
def new_node(tmp_path: Path, warehouse: Warehouse, control: ControlDatabase) -> Iterator[Callable[..., Node]]:
    with ExitStack() as nodes:

        def start(name: str = "node", **options: Any) -> Node:
            node = Node(tmp_path / name, warehouse, control, **options)
            nodes.callback(node.stop)
            return node

        yield start


@pytest.fixture
def node(new_node: Callable[..., Node]) -> Node:
    return new_node()
