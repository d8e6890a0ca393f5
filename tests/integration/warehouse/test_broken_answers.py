"""An answer that breaks off in the middle leaves nothing behind for the next question of the same connection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audioscape_server.warehouse.client import Connections
from audioscape_server.warehouse.errors import WarehouseUnavailable

#: Fails after some blocks of the answer were written.
BREAKS_OFF = "SELECT number, throwIf(number = 1500000) AS thrown FROM numbers(2000000)"
SMALL_BLOCKS = {"max_block_size": 65_536, "max_threads": 1}


@pytest.fixture(scope="module")
def connections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connections]:
    folder: Path = tmp_path_factory.mktemp("warehouse")
    opened = Connections(f"chdb://{folder}/store", database="audioscape")
    opened.open()
    yield opened
    opened.close()


def test_the_next_answer_is_its_own(connections: Connections) -> None:
    for _ in range(3):
        with pytest.raises(WarehouseUnavailable, match="throwIf"):
            connections.select(BREAKS_OFF, {}, SMALL_BLOCKS)
        assert connections.select("SELECT 1 AS one", {}, {}) == [{"one": 1}]
        with pytest.raises(WarehouseUnavailable, match="throwIf"):
            connections.select(BREAKS_OFF, {}, SMALL_BLOCKS)
        assert connections.raw("SELECT '1' AS one") == b'{"one":"1"}\n'


def test_a_statement_that_failed_leaves_nothing_either(connections: Connections) -> None:
    for _ in range(3):
        with pytest.raises(WarehouseUnavailable, match="throwIf"):
            connections.command(BREAKS_OFF, {}, SMALL_BLOCKS)
        assert connections.select("SELECT 1 AS one", {}, {}) == [{"one": 1}]
        with pytest.raises(WarehouseUnavailable, match="throwIf"):
            connections.raw(f"{BREAKS_OFF} SETTINGS max_block_size = 65536, max_threads = 1")
        assert connections.select("SELECT 1 AS one", {}, {}) == [{"one": 1}]
