"""Groups of assets beside a question to a warehouse that is a server, which gets them as a table with the statement."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import Period
from audioscape_server.warehouse import LoadBatch, Warehouse, WarehouseUnavailable
from support.clickhouse import running_clickhouse
from support.server import free_port
from support.spools import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What the question asks: everything, sorted by plays.
ASKED = {
    "project": "alpha", **Period(NOW - 10, NOW + 10).bounds(rollup=True), **Filters().lists,
    "measure": "plays", "is_rate": 0, "descending": 1, "limit": 10, "offset": 0,
}  # fmt: skip


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with running_clickhouse(tmp_path / "clickhouse", free_port()) as running, Warehouse(running.url) as opened:
        opened.migrate()
        events = [["play", asset, NOW, f"p{asset % 2}", None, "", ""] for asset in (1, 2, 3, 4, 4)]
        batch = LoadBatch(1, "alpha", "k", 0, 0, NOW, len(events), json.dumps(events).encode())
        opened.insert_block("spool", 1, 0, [batch])
        yield opened


def test_a_server_groups_by_what_came_with_the_question_and_keeps_nothing_of_it(warehouse: Warehouse) -> None:
    def ask(assets: list[int], numbers: list[int]) -> list[tuple[Any, ...]]:
        rows = warehouse.ask("read/groups", ASKED, tag="t", seconds=30, groups=(assets, numbers))
        return [(row["number"], row["tracks"], row["plays"], row["listeners"], row["total"]) for row in rows]

    assert ask([1, 2, 3], [1, 2, 1]) == [(1, 2, 2, 1, 3), (0, 1, 2, 1, 3), (2, 1, 1, 1, 3)]
    assert ask([4], [7]) == [(0, 3, 3, 2, 2), (7, 1, 2, 1, 2)]
    assert ask([], []) == [(0, 4, 5, 2, 1)]
    # More than a server takes in a parameter, or in an address.
    many = list(range(10**13, 10**13 + 100_000))
    assert ask([*many, 1], [1] * 100_001) == [(0, 3, 4, 2, 2), (1, 1, 1, 1, 2)]
    with pytest.raises(WarehouseUnavailable):
        warehouse.query("read/groups", **ASKED)
