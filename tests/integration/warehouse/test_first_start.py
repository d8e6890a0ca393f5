"""A new warehouse is made at once: it is the one that the migrations make, whatever cuts its making short."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.failpoints import VARIABLE, FailpointError
from audioscape_server.warehouse import Warehouse, WarehouseRefused, WarehouseUnavailable, first_start, migrate
from audioscape_server.warehouse.migrate import Migration
from audioscape_server.warehouse.snapshot import snapshot
from audioscape_server.warehouse.statements import statements_of
from support.counting import DAY, NOW, load_batches, random_requests
from support.disk import new_disk
from support.store import command, select
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

SCHEMA = files("audioscape_server.warehouse").joinpath("schema.sql").read_text("utf-8")
NAMES = [migration.name for migration in migrate.migrations()]
#: Before the beginning, before every statement of the schema, before the migrations are written down, before the end.
STEPS = len(statements_of(SCHEMA)) + 3
#: There is no table yet; it has begun; all was made; all is written down.
STOPS = [1, 2, STEPS - 1, STEPS]
REQUESTS = random_requests(seed=4, count=8)
#: What a later version might do to a table of this one.
LATER = Migration("9999_words", "ALTER TABLE fence MODIFY COLUMN raised COMMENT 'other words';\n")
LATER_SCHEMA = SCHEMA.replace("how often it was raised; the highest number counts", "other words")
START = """
import os
import sys
from audioscape_server import failpoints
from audioscape_server.warehouse import Warehouse
from audioscape_server.warehouse.snapshot import snapshot
failpoints.arm(os.environ)
with Warehouse(sys.argv[1]) as warehouse:
    warehouse.migrate()
    sys.stdout.write(snapshot(warehouse))
"""

NewWarehouse = Callable[..., Warehouse]
BeforeStep = Callable[[int, Callable[[], Any]], None]


@pytest.fixture
def new(shared: Warehouse, folder: Path, new_name: Callable[[], str]) -> Iterator[NewWarehouse]:
    """Opens a warehouse without a table, or another handle of one that is open."""
    opened: list[tuple[Warehouse, str]] = []

    def open_(other: Warehouse | None = None) -> Warehouse:
        database = next((name for one, name in opened if one is other), None) or new_name()
        warehouse = Warehouse(f"chdb://{folder / 'store'}", database=database)
        warehouse.open()
        opened.append((warehouse, database))
        return warehouse

    yield open_
    for one, _ in opened:
        one.close()
    for name in {name for _, name in opened}:
        command(shared, f"DROP DATABASE {name} SYNC")


@pytest.fixture
def before_step(monkeypatch: pytest.MonkeyPatch) -> BeforeStep:
    """Does something, once, just before a step of the first start that comes next; steps are counted from 1."""

    def plan(step: int, do: Callable[[], Any]) -> None:
        passed = itertools.count(1)
        monkeypatch.setattr(first_start, "failpoint", lambda _: next(passed) == step and do())

    return plan


@contextmanager
def later_version() -> Generator[None]:
    """What starts within this is of a version with one migration more."""
    known = (*migrate.migrations(), LATER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "migrations", lambda: known)
        patch.setattr(first_start, "_schema", lambda: LATER_SCHEMA)
        yield


def cut_short() -> None:
    raise FailpointError


def begin(warehouse: Warehouse, before_step: BeforeStep, step: int) -> None:
    """A first start that is cut short just before a step."""
    before_step(step, cut_short)
    with pytest.raises(FailpointError):
        warehouse.migrate()


def rows(warehouse: Warehouse) -> list[dict[str, Any]]:
    """What was migrated, and how many rows every table has, but that of the fence: a migration raises it."""
    tables = "system.tables WHERE database = currentDatabase() AND name != 'fence'"
    counted = f"SELECT name, total_rows FROM {tables} ORDER BY name"
    written_down = "SELECT name, checksum FROM migrations ORDER BY ALL"
    return [*select(warehouse, counted), *select(warehouse, written_down)]


def load(warehouse: Warehouse) -> None:
    warehouse.insert_block("s", 1, 0, load_batches(REQUESTS))


def require_loaded(warehouse: Warehouse) -> None:
    assert warehouse.count_block("s", 1, NOW - 30 * DAY, NOW + DAY) == sum(map(len, REQUESTS))
    days = [row["day"] for row in warehouse.query("loading/event_days")]
    assert days
    assert warehouse.differing_days(days) == []


def test_a_new_warehouse_is_the_one_that_all_migrations_make(new: NewWarehouse, grown: Warehouse) -> None:
    warehouse = new()
    assert warehouse.migrate() == NAMES
    assert snapshot(warehouse) == snapshot(grown)
    assert rows(warehouse) == rows(grown)
    assert warehouse.migrate() == []
    load(warehouse)
    require_loaded(warehouse)


def test_a_first_start_that_is_cut_short_anywhere_is_made_good(
    new: NewWarehouse, grown: Warehouse, before_step: BeforeStep
) -> None:
    for step in range(1, STEPS + 1):
        warehouse = new()
        begin(warehouse, before_step, step)
        # At the last step the migrations are written down.
        assert warehouse.migrate() == (NAMES if step < STEPS else []), step
        assert snapshot(warehouse) == SCHEMA, step
        assert rows(warehouse) == rows(grown), step
    before_step(STEPS + 1, cut_short)
    new().migrate()  # there is no other step


def starting(folder: Path, failpoint: str = "") -> subprocess.Popen[str]:
    """Another process that starts and prints the schema."""
    environment = {**os.environ, VARIABLE: failpoint}
    line = [sys.executable, "-c", START, f"chdb://{folder / 'store'}"]
    return subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True)


def require_start(folder: Path) -> None:
    with starting(folder) as process:
        assert process.communicate()[0] == SCHEMA


@pytest.mark.parametrize("step", [1, STEPS - 1])
def test_a_kill_in_a_first_start_is_made_good(tmp_path: Path, step: int) -> None:
    with starting(tmp_path, f"first_start.step:kill@{step}") as process:
        assert process.wait() == -signal.SIGKILL
    require_start(tmp_path)


@pytest.mark.parametrize("step", [2, STEPS])
def test_a_power_cut_in_a_first_start_is_made_good(tmp_path: Path, step: int) -> None:
    held = tmp_path / "held"
    (tmp_path / "disk").mkdir()
    with new_disk(tmp_path / "disk", size=192 << 20) as disk:
        with starting(disk.path, f"first_start.step:hold={held}@{step}") as process:
            eventually(held.exists, within=60)
            disk.cut_power()
            process.kill()
        disk.remount()
        require_start(disk.path)


@pytest.mark.parametrize("step", [*STOPS, 3])
def test_a_worker_that_is_overtaken_in_its_first_start_harms_nothing(
    new: NewWarehouse, before_step: BeforeStep, step: int
) -> None:
    """Another one makes all, and loads, between two statements of the first."""
    slow = new()
    fast = new(slow)
    before_step(step, lambda: (fast.migrate(), load(fast)))
    slow.migrate()
    require_loaded(slow)
    assert snapshot(slow) == SCHEMA
    assert slow.migrate() == []


def test_what_a_slow_line_brings_of_a_first_start_changes_nothing(new: NewWarehouse) -> None:
    warehouse = new()
    warehouse.migrate()
    load(warehouse)
    first_start.begin(warehouse._connections)
    for text in statements_of(SCHEMA):
        command(warehouse, text)
    assert warehouse.migrate() == []
    assert snapshot(warehouse) == SCHEMA
    require_loaded(warehouse)


@pytest.mark.parametrize("step", [2, STEPS - 1])
def test_what_another_version_has_begun_is_left_to_it(new: NewWarehouse, before_step: BeforeStep, step: int) -> None:
    warehouse = new()
    begin(warehouse, before_step, step)
    begun = snapshot(warehouse)
    with later_version(), pytest.raises(WarehouseUnavailable, match=r"another version.*start that version once"):
        warehouse.migrate()
    assert snapshot(warehouse) == begun
    assert warehouse.migrate() == NAMES
    with later_version():
        assert warehouse.migrate() == [LATER.name]
        assert snapshot(warehouse) == LATER_SCHEMA


@pytest.mark.parametrize("step", [1, 2, STEPS])
def test_a_later_version_that_is_overtaken_still_runs_its_own_migration(
    new: NewWarehouse, before_step: BeforeStep, step: int
) -> None:
    """Or it would stand written down beside tables that the other one made."""
    later = new()
    earlier = new(later)
    known, schema = migrate.migrations, first_start._schema

    def overtake() -> None:
        with pytest.MonkeyPatch.context() as patch, suppress(WarehouseUnavailable, WarehouseRefused):
            patch.setattr(migrate, "migrations", known)
            patch.setattr(first_start, "_schema", schema)
            earlier.migrate()

    with later_version():
        before_step(step, overtake)
        later.migrate()
        assert snapshot(later) == LATER_SCHEMA
        assert later.migrate() == []
