"""What goes wrong is told apart by what to do: try again later, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest
import structlog
from clickhouse_connect.driver.exceptions import DatabaseError

from audioscape_server.errors import ConfigurationError
from audioscape_server.warehouse import LoadBatch, Warehouse, WarehouseRefused, WarehouseUnavailable
from audioscape_server.warehouse.errors import (
    BUSY_CODES,
    DATA_ERRORS,
    UNREADABLE_CODES,
    UnreadablePart,
    mapped_errors,
)
from support.counting import NOW
from support.store import command, select

if TYPE_CHECKING:
    from collections.abc import Callable
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


def test_a_statement_at_fault_is_unavailable_and_told_to_the_log(warehouse: Warehouse) -> None:
    """Nothing is thrown away for a fault of ours; somebody has to look at it."""
    with structlog.testing.capture_logs() as log, pytest.raises(WarehouseUnavailable):
        warehouse.query("loading/batch_days", spool="s", batch="no number")
    assert [(line["log_level"], line["question"]) for line in log] == [("error", "loading/batch_days")]


def test_a_question_that_is_only_too_much_is_no_error_of_the_log(warehouse: Warehouse) -> None:
    warehouse._connections.select = _answers(159)  # type: ignore[method-assign]
    with structlog.testing.capture_logs() as log, pytest.raises(WarehouseUnavailable):
        warehouse.query("schema/present")
    assert log == []


def test_codes_are_known_to_the_engine_by_the_names_given_here(shared: Warehouse) -> None:
    assert not DATA_ERRORS.keys() & UNREADABLE_CODES.keys()
    for code, name in {**DATA_ERRORS, **UNREADABLE_CODES, **BUSY_CODES}.items():
        assert select(shared, f"SELECT errorCodeToName({code}) AS name") == [{"name": name}]


def _answers(code: int | None) -> Callable[..., NoReturn]:
    def answer(*_: object, **__: object) -> NoReturn:
        with mapped_errors():
            raise DatabaseError("an answer", code=code)

    return answer


#: Outages that were once taken for faults of the data, and codes that no version of the engine has.
OUTAGES = [95, 96, 100, 101, 102, 201, 216, 236, 243, 341, 410, 692, 722, 733, 735, 1000, 1002, 77_777, None]


@pytest.mark.parametrize("code", OUTAGES)
def test_every_error_that_is_not_of_the_data_waits(code: int | None) -> None:
    with pytest.raises(WarehouseUnavailable), mapped_errors(inserting=True):
        raise DatabaseError("an answer", code=code)


@pytest.mark.parametrize("code", sorted(DATA_ERRORS))
def test_an_error_of_the_data_is_refused_when_inserting_and_only_then(code: int) -> None:
    """A damaged part can answer a question with a code that elsewhere speaks of data."""
    with pytest.raises(WarehouseRefused), mapped_errors(inserting=True):
        raise DatabaseError("an answer", code=code)
    with pytest.raises(WarehouseUnavailable), mapped_errors():
        raise DatabaseError("an answer", code=code)


@pytest.mark.parametrize("code", sorted(UNREADABLE_CODES))
def test_a_part_that_cannot_be_read_is_told_apart(code: int) -> None:
    with pytest.raises(UnreadablePart), mapped_errors(inserting=True):
        raise DatabaseError("an answer", code=code)


def test_what_the_system_refuses_waits() -> None:
    with pytest.raises(WarehouseUnavailable), mapped_errors(inserting=True):
        raise OSError(28, "No space left on device")


def test_a_question_that_takes_too_long_is_given_up(warehouse: Warehouse) -> None:
    endless = "SELECT sum(sleepEachRow(0.1)) FROM numbers(1000) SETTINGS max_block_size = 1, max_execution_time = 1"
    with pytest.raises(WarehouseUnavailable, match="TIMEOUT_EXCEEDED"):
        command(warehouse, endless)


@pytest.mark.parametrize("url", ["sqlite:///x", "/just/a/path"])
def test_other_urls_are_refused_with_what_is_expected(url: str) -> None:
    with pytest.raises(ConfigurationError, match="starts with chdb:// or clickhouse://"):
        Warehouse(url)
