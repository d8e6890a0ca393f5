"""A disk that gets full: nothing is begun that could not be finished, and all goes on when there is room again."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import structlog

from audioscape_server.warehouse import LoadBatch, Warehouse, WarehouseUnavailable, room
from support.counting import NOW
from support.store import command, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

MIB = 1 << 20
RESERVE = 200 * MIB
DAY_BEFORE = NOW - 86_400


def batch(number: int) -> LoadBatch:
    events = [["play", number, NOW, "p1", 2.5, "", ""]]
    return LoadBatch(number, "p", "k", 0, 0, NOW, len(events), json.dumps(events).encode())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An engine that was opened with a reserve."""
    url = f"chdb://{tmp_path_factory.mktemp('room') / 'store'}"
    with Warehouse(url, reserve_bytes=RESERVE):
        yield url


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Says how many bytes are free on the disk."""

    def set_free(bytes_: float) -> None:
        disk = SimpleNamespace(f_bavail=int(bytes_), f_frsize=1)
        monkeypatch.setattr(room, "os", SimpleNamespace(statvfs=lambda _: disk))

    set_free(RESERVE)
    return set_free


@pytest.fixture
def warehouse(store: str, new_name: Callable[[], str], free: Callable[[float], None]) -> Iterator[Warehouse]:
    database = f"room_{new_name()}"
    with Warehouse(store, database=database, reserve_bytes=RESERVE) as opened:
        opened.migrate()
        yield opened
        free(RESERVE)
        opened.tend()
        command(opened, f"DROP DATABASE {database} SYNC")


def days(warehouse: Warehouse) -> list[date]:
    return [row["day"] for row in warehouse.query("loading/event_days")]


INSERTS_END = RESERVE // 2
CASES = {
    "plenty": (RESERVE * 50, True, True),
    "just the reserve": (RESERVE, True, True),
    "a byte less": (RESERVE - 1, True, False),
    "just half of it": (INSERTS_END, True, False),
    "a byte less than half": (INSERTS_END - 1, False, False),
    "nothing": (0, False, False),
}


@pytest.mark.parametrize("case", CASES)
def test_below_the_reserve_nothing_is_changed_and_below_half_of_it_nothing_is_inserted(
    warehouse: Warehouse, free: Callable[[float], None], case: str
) -> None:
    bytes_, inserts, changes = CASES[case]
    warehouse.insert_block("s", 1, 0, [batch(1)])
    free(bytes_)
    works: list[tuple[Callable[[], object], bool, str]] = [
        (lambda: warehouse.insert_block("s", 2, 0, [batch(2)]), inserts, "inserted"),
        (lambda: warehouse.delete_block("s", 1, NOW, NOW), changes, "deleted, rebuilt or migrated"),
        (lambda: warehouse.delete_batch("s", 1), changes, "deleted, rebuilt or migrated"),
        (lambda: warehouse.repair_days(days(warehouse)), changes, "deleted, rebuilt or migrated"),
    ]
    for work, is_done, what in works:
        if is_done:
            work()
            continue
        with pytest.raises(
            WarehouseUnavailable, match=rf"MiB are free on the disk .* nothing is {what} until there is"
        ):
            work()
    assert warehouse.count_block("s", 1, NOW, NOW) == (0 if changes else 1)
    assert warehouse.count_block("s", 2, NOW, NOW) == (1 if inserts else 0)


def test_all_goes_on_by_itself_when_there_is_room(warehouse: Warehouse, free: Callable[[float], None]) -> None:
    for block in (1, 2):
        warehouse.insert_block("s", block, 0, [batch(block)])
    free(INSERTS_END)
    warehouse.tend()
    free(RESERVE)
    warehouse.tend()
    command(warehouse, "OPTIMIZE TABLE events FINAL")
    warehouse.delete_block("s", 1, NOW, NOW)
    assert warehouse.count_block("s", 1, NOW, NOW) == 0


def test_below_the_reserve_nothing_merges_and_it_is_told_once(
    warehouse: Warehouse, free: Callable[[float], None]
) -> None:
    for block in (1, 2):
        warehouse.insert_block("s", block, 0, [batch(block)])
    free(RESERVE - 1)
    with structlog.testing.capture_logs() as log:
        for _ in range(3):
            warehouse.tend()
            with pytest.raises(WarehouseUnavailable):
                command(warehouse, "OPTIMIZE TABLE events FINAL")
        assert len(select(warehouse, "SELECT DISTINCT _part FROM events")) == 2
        free(RESERVE)
        warehouse.tend()
        warehouse.tend()
    assert [line["log_level"] for line in log] == ["warning", "info"]


def test_merges_are_stopped_from_the_start(store: str, warehouse: Warehouse, free: Callable[[float], None]) -> None:
    for block in (1, 2):
        warehouse.insert_block("s", block, 0, [batch(block)])
    free(0)
    with Warehouse(store, database=warehouse._connections.database, reserve_bytes=RESERVE) as opened:
        with pytest.raises(WarehouseUnavailable):
            command(opened, "OPTIMIZE TABLE events FINAL")
        free(RESERVE)
        opened.tend()
        command(opened, "OPTIMIZE TABLE events FINAL")


def test_whoever_waits_for_a_delete_need_not_wait_for_room(warehouse: Warehouse, free: Callable[[float], None]) -> None:
    """It began while there was room, and the engine finishes none from now on."""
    warehouse.insert_block("s", 1, 0, [batch(1)])
    command(warehouse, "SYSTEM STOP MERGES")
    raised: list[BaseException] = []

    def delete() -> None:
        try:
            warehouse.delete_block("s", 1, NOW, NOW)
        except WarehouseUnavailable as error:
            raised.append(error)

    thread = threading.Thread(target=delete)
    thread.start()
    while not select(warehouse, "SELECT 1 FROM system.mutations WHERE database = currentDatabase() AND NOT is_done"):
        assert thread.is_alive()
    free(0)
    warehouse.tend()
    thread.join(timeout=30)
    command(warehouse, "SYSTEM START MERGES")  # whoever waits even now comes to an end, and this test with it
    thread.join()
    assert len(raised) == 1
    assert warehouse.count_block("s", 1, NOW, NOW) == 1


def test_a_warehouse_that_needs_no_migration_opens_on_a_full_disk(
    warehouse: Warehouse, free: Callable[[float], None]
) -> None:
    free(0)
    assert warehouse.migrate() == []
    assert warehouse.count_block("s", 1, NOW, NOW) == 0


def test_a_new_warehouse_needs_room(store: str, free: Callable[[float], None]) -> None:
    free(RESERVE - 1)
    with (
        Warehouse(store, database="room_new", reserve_bytes=RESERVE) as opened,
        pytest.raises(WarehouseUnavailable, match="nothing is deleted, rebuilt or migrated"),
    ):
        opened.migrate()


def test_the_engine_itself_leaves_free_what_inserts_must(warehouse: Warehouse) -> None:
    """It asks before each part, and so also within a block."""
    assert select(warehouse, "SELECT keep_free_space FROM system.disks") == [{"keep_free_space": INSERTS_END}]


def test_a_folder_is_asked_for_its_real_room(tmp_path: Path) -> None:
    room.Room(tmp_path, 1).require_for_change()
    with pytest.raises(WarehouseUnavailable):
        room.Room(tmp_path, 1 << 60).require_for_change()
    assert room.Room(tmp_path, 1 << 60).is_short()


def test_a_disk_that_is_gone_has_no_room(tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnavailable, match="0 MiB are free"):
        room.Room(tmp_path / "gone", 1).require_for_change()


def test_the_disk_of_a_server_is_its_operators_affair() -> None:
    far_away = room.Room(None, 1 << 60)
    far_away.require_for_change()
    far_away.require_for_insert()
    assert not far_away.is_short()


def test_tending_a_warehouse_that_is_away_raises_nothing() -> None:
    Warehouse("clickhouse://127.0.0.1:1/audioscape").tend()


def test_an_upgrade_that_copies_asks_for_the_room_beforehand(
    free: Callable[[float], None],
) -> None:
    disk = room.Room(Path("/"), RESERVE)
    free(RESERVE + 3 * MIB)
    disk.require_for_copy(3 * MIB, "the events")
    with pytest.raises(
        WarehouseUnavailable, match=r"203 MiB are free .* copy is made of the events, which needs 204 MiB"
    ):
        disk.require_for_copy(4 * MIB, "the events")
