"""What goes wrong is told apart by what to do: try again later, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audioscape_server.errors import ConfigurationError
from audioscape_server.warehouse import LoadBatch, Warehouse, WarehouseRefused, WarehouseUnavailable
from support.counting import NOW
from support.store import command

if TYPE_CHECKING:
    from pathlib import Path

ROW = LoadBatch(1, "p", "k", 0, 0, NOW, 1, b'[["play",1,1.5,"",null,"",""]]')


def test_a_warehouse_that_is_not_open_is_unavailable(tmp_path: Path) -> None:
    warehouse = Warehouse(f"chdb://{tmp_path}")
    with pytest.raises(WarehouseUnavailable, match="not open"):
        warehouse.count_block("s", 1, NOW, NOW)


def test_a_closed_warehouse_is_unavailable_and_opens_again(shared: Warehouse, folder: Path) -> None:
    assert shared.migrate() == []
    warehouse = Warehouse(f"chdb://{folder / 'store'}")
    warehouse.open()
    warehouse.close()
    warehouse.close()
    with pytest.raises(WarehouseUnavailable, match="not open"):
        warehouse.count_block("s", 1, NOW, NOW)
    with warehouse:
        assert warehouse.count_block("s", 1, NOW, NOW) == 0


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(WarehouseUnavailable):
        Warehouse("clickhouse://127.0.0.1:1/audioscape").open()


@pytest.mark.usefixtures("shared")
def test_a_second_folder_in_one_process_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnavailable):
        Warehouse(f"chdb://{tmp_path}").open()


def test_a_missing_table_is_unavailable_since_migrating_will_mend_it(warehouse: Warehouse) -> None:
    command(warehouse, "DROP TABLE inbox SYNC")
    with pytest.raises(WarehouseUnavailable):
        warehouse.insert_block("s", 1, 0, [ROW])


def test_data_that_does_not_fit_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseRefused):
        warehouse.insert_block("s", 1, 0, [LoadBatch(-1, "p", "k", 0, 0, NOW, 0, b"[]")])


def test_a_statement_at_fault_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseRefused):
        warehouse.query("loading/count_block", spool="s", block=1, first_day="no day", last_day="no day")


def test_a_question_that_takes_too_long_is_given_up(warehouse: Warehouse) -> None:
    endless = "SELECT sum(sleepEachRow(0.1)) FROM numbers(1000) SETTINGS max_block_size = 1, max_execution_time = 1"
    with pytest.raises(WarehouseUnavailable, match="TIMEOUT_EXCEEDED"):
        command(warehouse, endless)


@pytest.mark.parametrize("url", ["sqlite:///x", "/just/a/path"])
def test_other_urls_are_refused_with_what_is_expected(url: str) -> None:
    with pytest.raises(ConfigurationError, match="starts with chdb:// or clickhouse://"):
        Warehouse(url)
