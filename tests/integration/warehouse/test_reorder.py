"""The events of an older version are sorted anew: none is lost, doubled or brought back, whatever cuts it short."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server import failpoints
from audioscape_server.failpoints import VARIABLE
from audioscape_server.warehouse import Warehouse, WarehouseUnavailable, migrate
from audioscape_server.warehouse.statements import statement
from support.counting import DAY, NOW, load_batches, random_requests
from support.disk import new_disk
from support.store import command, select
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REORDER = "0012_events_by_key"
SORTED = "project, key, universe, place, timestamp, spool, row, position"
STEPS = ["reorder.day@3", "reorder.copied", "reorder.exchanged"]
UPGRADE = """
import os
import sys
from audioscape_server import failpoints
from audioscape_server.warehouse import Warehouse
failpoints.arm(os.environ)
with Warehouse(sys.argv[1]) as warehouse:
    warehouse.migrate()
"""
REQUESTS = random_requests(seed=12, count=60)
RECEIVED = (NOW - 30 * DAY, NOW + DAY)


def url(folder: Path) -> str:
    return f"chdb://{folder / 'warehouse'}"


def rows(warehouse: Warehouse) -> list[dict[str, Any]]:
    return select(warehouse, "SELECT * FROM events ORDER BY ALL")


def require_whole(folder: Path, expected: list[dict[str, Any]]) -> None:
    """After the upgrade the events are those that were there, in the new order, and new ones reach the rollups."""
    with Warehouse(url(folder)) as warehouse:
        warehouse.migrate()
        assert warehouse.damaged_parts() == []
        assert rows(warehouse) == expected
        assert warehouse.query("schema/order_of_events") == [{"sorting_key": SORTED}]
        assert select(warehouse, "SELECT name FROM system.tables WHERE name LIKE 'events_by_key%'") == []
        warehouse.insert_block("s", 3, 0, load_batches(REQUESTS[40:], first=41))
        assert warehouse.count_block("s", 3, *RECEIVED) == sum(map(len, REQUESTS[40:]))
        assert warehouse.differing_days([row["day"] for row in warehouse.query("loading/event_days")]) == []


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A warehouse as the version before left it, closed, and its events; some were deleted."""
    folder = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch, Warehouse(url(folder)) as warehouse:
        earlier = tuple(one for one in migrate.migrations() if one.name < REORDER)
        patch.setattr(migrate, "migrations", lambda: earlier)
        warehouse.migrate(step_by_step=True)
        warehouse.insert_block("s", 1, 0, load_batches(REQUESTS[:20]))
        warehouse.insert_block("s", 2, 0, load_batches(REQUESTS[20:40], first=21))
        warehouse.delete_block("s", 1, *RECEIVED)
        warehouse.repair_days([row["day"] for row in warehouse.query("loading/event_days")])
        stored = rows(warehouse)
    assert len(stored) == sum(map(len, REQUESTS[20:40]))
    assert len({row["day"] for row in stored}) > 3
    return folder, stored


@pytest.fixture
def older(tmp_path: Path, prepared: tuple[Path, list[dict[str, Any]]]) -> tuple[Path, list[dict[str, Any]]]:
    """Of its own for a test."""
    folder, stored = prepared
    shutil.copytree(folder, tmp_path / "older", symlinks=True)
    return tmp_path / "older", stored


@contextmanager
def upgrading(folder: Path, failpoint: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that upgrades, until a failpoint."""
    environment = {**os.environ, VARIABLE: failpoint}
    with subprocess.Popen([sys.executable, "-c", UPGRADE, url(folder)], env=environment) as process:
        yield process


def at(step: str, action: str) -> str:
    """A failpoint with its action: the pass, if one is named, comes last."""
    name, _, number = step.partition("@")
    return f"{name}:{action}" + (f"@{number}" if number else "")


def test_all_events_are_there_after_the_upgrade(older: tuple[Path, list[dict[str, Any]]]) -> None:
    require_whole(*older)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_nothing(older: tuple[Path, list[dict[str, Any]]], step: str) -> None:
    with upgrading(older[0], at(step, "kill")) as process:
        assert process.wait() == -9
    require_whole(*older)


@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_at_any_step_loses_nothing(
    tmp_path: Path, prepared: tuple[Path, list[dict[str, Any]]], step: str
) -> None:
    folder, stored = prepared
    held = tmp_path / "held"
    (tmp_path / "disk").mkdir()
    with new_disk(tmp_path / "disk", size=192 << 20) as disk:
        shutil.copytree(folder, disk.path, symlinks=True, dirs_exist_ok=True)
        os.sync()
        with upgrading(disk.path, at(step, f"hold={held}")) as process:
            eventually(held.exists, within=60)
            disk.cut_power()
            process.kill()
        disk.remount()
        require_whole(disk.path, stored)


def test_what_was_copied_in_part_is_copied_again(older: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, stored = older
    day = datetime.fromtimestamp(stored[0]["timestamp"], UTC).date()
    with Warehouse(url(folder)) as warehouse:
        command(warehouse, statement("schema/events_by_key").replace("{copy:Identifier}", "events_by_key_old"))
        command(warehouse, f"INSERT INTO events_by_key_old SELECT * FROM events WHERE day = '{day}' LIMIT 1")
        command(
            warehouse, "INSERT INTO events_by_key_old SELECT * REPLACE(toDate('2020-01-01') AS day) FROM events LIMIT 1"
        )
    require_whole(folder, stored)


def test_inserts_wait_while_the_events_are_copied(
    older: tuple[Path, list[dict[str, Any]]],
) -> None:
    folder, stored = older
    with Warehouse(url(folder)) as warehouse:
        failpoints.arm({VARIABLE: "reorder.copied:raise"})
        try:
            with pytest.raises(failpoints.FailpointError):
                warehouse.migrate()
        finally:
            failpoints.arm({})
        with pytest.raises(WarehouseUnavailable, match="being upgraded: inserts wait"):
            warehouse.insert_block("s", 3, 0, load_batches(REQUESTS[40:], first=41))
    require_whole(folder, stored)


def begun(warehouse: Warehouse, step: str, held: Path) -> Future[list[str]]:
    """An upgrade that has come to a step, and waits there for this file to go."""
    failpoints.arm({VARIABLE: at(step, f"hold={held}")})
    outcome: Future[list[str]] = Future()

    def migrate_to_the_end() -> None:
        try:
            outcome.set_result(warehouse.migrate())
        except WarehouseUnavailable as error:
            outcome.set_exception(error)

    threading.Thread(target=migrate_to_the_end, daemon=True).start()
    eventually(held.exists, within=60)
    failpoints.arm({})
    return outcome


@pytest.mark.parametrize("step", ["reorder.day@1", "reorder.day@3", "reorder.copied", "reorder.exchanged"])
def test_a_second_worker_that_begins_and_ends_meanwhile_doubles_nothing(
    older: tuple[Path, list[dict[str, Any]]], tmp_path: Path, step: str
) -> None:
    folder, stored = older
    held = tmp_path / "held"
    with Warehouse(url(folder)) as first, Warehouse(url(folder)) as second:
        outcome = begun(first, step, held)
        second.migrate()
        held.unlink()
        assert (outcome.exception(60) is None) == (step == "reorder.exchanged")
    require_whole(folder, stored)


def test_of_two_workers_that_are_about_to_exchange_one_does(
    older: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    folder, stored = older
    with Warehouse(url(folder)) as first, Warehouse(url(folder)) as second:
        outcomes = [
            begun(one, "reorder.copied", tmp_path / f"held{number}") for number, one in enumerate((first, second))
        ]
        (tmp_path / "held0").unlink()
        assert isinstance(outcomes[0].exception(60), WarehouseUnavailable)
        (tmp_path / "held1").unlink()
        assert outcomes[1].exception(60) is None
    require_whole(folder, stored)


def test_a_copy_that_arrives_late_copies_nothing(older: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, stored = older
    with Warehouse(url(folder)) as warehouse:
        late = warehouse._fence.token()
        warehouse.raise_fence()
        command(warehouse, statement("schema/events_by_key").replace("{copy:Identifier}", "events_by_key_old"))
        asked = {"copy": "events_by_key_old", "day": stored[0]["day"], "token": late}
        warehouse._connections.change(statement("schema/copy_day"), asked, {})
        assert select(warehouse, "SELECT count() AS n FROM events_by_key_old") == [{"n": 0}]
    require_whole(folder, stored)
