"""A rebuild that is cut short at any step, by a kill or a power cut: the next repair makes good for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from audioscape_server.failpoints import VARIABLE
from audioscape_server.warehouse import LoadBatch, Warehouse
from support.counting import NOW
from support.disk import Disk, new_disk
from support.store import command, select
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STEPS = ["rebuild.made", "rebuild.filled", "rebuild.swapped"]
TODAY = datetime.fromtimestamp(NOW, UTC).date()
REPAIR = """
import os
import sys
from datetime import date
from audioscape_server import failpoints
from audioscape_server.warehouse import Warehouse
failpoints.arm(os.environ)
with Warehouse(sys.argv[1]) as warehouse:
    warehouse.repair_days(map(date.fromisoformat, sys.argv[2:]))
"""
#: What a rollup needs to be rebuilt for: it lacks what the events have, or has what they lack.
WRONG = {
    "lacks a day": "TRUNCATE TABLE project_hour",
    "has a day too much": "DELETE FROM events WHERE 1 SETTINGS lightweight_deletes_sync = 2",
}


def url(folder: Path) -> str:
    return f"chdb://{folder / 'warehouse'}"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds warehouses whose rollups of today are wrong, closed, by what is wrong."""
    events = [[kind, 1, NOW, "p1", 2.5, "", ""] for kind in ("play", "stop", "dance", "search_click")]
    batch = LoadBatch(1, "p", "k", 0, 0, NOW, len(events), json.dumps(events).encode())
    folder = tmp_path_factory.mktemp("prepared")
    for kind, statement in WRONG.items():
        with Warehouse(url(folder / kind)) as warehouse:
            warehouse.migrate()
            warehouse.insert_block("s", 1, 0, [batch])
            command(warehouse, statement)
    return folder


@pytest.fixture
def wrong(prepared: Path) -> Callable[[Path, str], None]:
    """Puts a warehouse whose rollups of today are wrong into a folder."""

    def put(folder: Path, kind: str) -> None:
        shutil.copytree(prepared / kind, folder, symlinks=True, dirs_exist_ok=True)

    return put


def days(warehouse: Warehouse) -> list[date]:
    return [row["day"] for row in warehouse.query("loading/event_days")]


@contextmanager
def repairing(folder: Path, failpoint: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that repairs today, until a failpoint."""
    with subprocess.Popen(
        [sys.executable, "-c", REPAIR, url(folder), TODAY.isoformat()],
        env={**os.environ, VARIABLE: failpoint},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def require_sound(folder: Path, asked: list[date]) -> None:
    """One repair, asked to look at these days, and no rollup differs on any."""
    with Warehouse(url(folder)) as warehouse:
        warehouse.migrate()
        assert warehouse.damaged_parts() == []
        warehouse.repair_days(asked)
        assert warehouse.differing_days([TODAY, *days(warehouse)]) == []
        left = select(warehouse, "SELECT name FROM system.tables WHERE name LIKE '%rebuild%'")
        assert left == []


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", WRONG)
def test_a_kill_at_any_step_is_made_good_for(
    tmp_path: Path, wrong: Callable[[Path, str], None], kind: str, step: str
) -> None:
    wrong(tmp_path, kind)
    with repairing(tmp_path, f"{step}:kill") as process:
        assert process.wait() == -9
    # Nobody names the day: what is left of the rebuild does.
    require_sound(tmp_path, [TODAY] if kind == "has a day too much" else [])


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", WRONG)
def test_a_power_cut_at_any_step_is_made_good_for(
    tmp_path: Path, wrong: Callable[[Path, str], None], kind: str, step: str
) -> None:
    with new_disk(tmp_path, size=128 << 20) as disk:
        wrong(disk.path, kind)
        os.sync()
        cut_at(disk, tmp_path / "held", step)
        require_sound(disk.path, [TODAY])


def cut_at(disk: Disk, held: Path, step: str) -> None:
    with repairing(disk.path, f"{step}:hold={held}") as process:
        eventually(held.exists, within=60)
        disk.cut_power()
        process.kill()
    disk.remount()


def test_a_swap_that_was_cut_short_is_found_on_whatever_day_it_was(
    tmp_path: Path, wrong: Callable[[Path, str], None]
) -> None:
    """The engine puts the new rows beside the old ones before it takes those away."""
    wrong(tmp_path, "lacks a day")
    with Warehouse(url(tmp_path)) as warehouse:
        warehouse.repair_days([TODAY])
        side = f"project_hour_rebuild_{TODAY:%Y%m}"
        command(warehouse, f"CREATE TABLE {side} AS project_hour")
        command(warehouse, f"INSERT INTO {side} SELECT * FROM project_hour")
        command(warehouse, f"ALTER TABLE project_hour ATTACH PARTITION {TODAY:%Y%m} FROM {side}")
        assert len(warehouse.differing_days([TODAY])) == 1
        [rebuilt] = warehouse.repair_days([])
        assert (rebuilt.rollup, rebuilt.day) == ("project_hour", TODAY)
    require_sound(tmp_path, [])


def test_what_an_older_version_left_of_a_rebuild_is_removed(tmp_path: Path, wrong: Callable[[Path, str], None]) -> None:
    wrong(tmp_path, "lacks a day")
    with Warehouse(url(tmp_path)) as warehouse:
        command(warehouse, "CREATE TABLE track_day_rebuild AS track_day")
    require_sound(tmp_path, [TODAY])


def test_a_side_table_is_as_durable_as_its_rollup(tmp_path: Path, wrong: Callable[[Path, str], None]) -> None:
    wrong(tmp_path, "lacks a day")
    with repairing(tmp_path, "rebuild.filled:kill") as process:
        process.wait()
    with Warehouse(url(tmp_path)) as warehouse:
        made = {
            row["name"]: row["made"].rpartition("SETTINGS")[2]
            for row in select(
                warehouse,
                "SELECT name, create_table_query AS made FROM system.tables WHERE name LIKE 'project_hour%' "
                "AND engine LIKE '%MergeTree'",
            )
        }
    assert len(made) == 2
    assert len(set(made.values())) == 1
    assert "min_rows_to_fsync_after_merge = 1" in made["project_hour"]
