"""Parts that cannot be read: noticed before anything counts as stored, set aside, and everything else goes on."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from audioscape_server.api.periods import Period
from audioscape_server.warehouse import ROLLUPS, LoadBatch, WarehouseRefused, WarehouseUnavailable, client, parts
from audioscape_server.warehouse.errors import BUSY_CODES, UnreadablePart
from support.counting import DAY, NOW, load_batches, random_requests
from support.failing_writes import failing_writes, flip_byte, forget_what_was_read, part_folders
from support.store import command, days_of_block, select
from support.strace import injected
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from audioscape_server.warehouse import Warehouse

INSERT = b"INSERT INTO `inbox`"
FIRST = NOW - 3 * DAY


def some_batches(seed: int = 1, count: int = 40) -> list[LoadBatch]:
    return load_batches(random_requests(seed=seed, count=count))


def events_in(batches: list[LoadBatch]) -> int:
    return sum(batch.count for batch in batches)


def loaded(warehouse: Warehouse) -> int:
    return sum(row["events"] for row in warehouse.query("loading/loaded_events"))


def read(warehouse: Warehouse) -> int:
    """Read all of every event, and return their number."""
    common = Period(NOW - 30 * DAY, NOW + DAY).asked | {"limit": 1_000_000, "max_bytes": 1 << 30}
    after = {"after_timestamp": None, "after_spool": "", "after_row": 0, "after_position": 0}
    every = {"type": None, "asset_id": None, "player_id": None}
    return sum(
        len(warehouse.query("read/events", project=project, **common, **after, **every))
        for project in ("alpha", "beta")
    )


def days(warehouse: Warehouse) -> list[object]:
    return [row["day"] for row in warehouse.query("loading/event_days")]


def empty(file: Path) -> None:
    file.write_bytes(b"")


def remove(file: Path) -> None:
    file.unlink()


# A file that could not be opened


def test_a_change_that_failed_is_remembered_until_the_engine_can_be_asked(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has no descriptor to open a part with may have none to answer with either."""
    connections = warehouse._connections
    soundness = parts.Soundness(connections)
    soundness.begin()
    opened = connections.query("parts/failures", {}, {})[0]
    answers: list[Exception | dict[str, Any]] = [
        WarehouseUnavailable("no descriptor"),
        {**opened, "opened": opened["opened"] + 1},
        {**opened, "opened": opened["opened"] + 2},
    ]

    def answer(*_: object) -> list[dict[str, Any]]:
        next_ = answers.pop(0)
        if isinstance(next_, Exception):
            raise next_
        return [next_]

    monkeypatch.setattr(connections, "query", answer)
    with pytest.raises(WarehouseUnavailable):
        soundness.look(failed=True)
    assert soundness.look()
    another = parts.Soundness(connections)
    another._failures = dict(soundness._failures)
    assert not another.look(), "nothing had failed but a question"


# A DELETE that was ended


@pytest.mark.parametrize("when", [1, 2, 3, 4, 5, 6])
def test_what_is_counted_once_a_delete_has_failed_is_what_stays(warehouse: Warehouse, when: int) -> None:
    """A DELETE that is ended goes on with the parts that it has at work."""
    batches = some_batches()
    for block in (1, 2):  # what the DELETE leaves alone is linked, not copied
        warehouse.insert_block("s", block, 0, batches)
    with injected(os.getpid(), {"link": f"error=EIO:when={when}"}), contextlib.suppress(WarehouseUnavailable):
        warehouse.delete_block("s", 1, FIRST, NOW)
    with contextlib.suppress(WarehouseUnavailable):  # the first time it says so, if a write failed
        warehouse.raise_fence()
    counted = warehouse.count_block("s", 1, FIRST, NOW)
    assert select(warehouse, "SELECT count() AS n FROM system.merges WHERE is_mutation")[0]["n"] == 0
    assert warehouse.count_block("s", 1, FIRST, NOW) == counted
    assert warehouse.count_block("s", 2, FIRST, NOW) == events_in(batches)


def test_tables_are_opened_again_where_a_delete_has_not_come_to_its_end(warehouse: Warehouse) -> None:
    """Nobody in this process knows of it: another worker sent it, and died."""
    warehouse.insert_block("s", 1, 0, some_batches())
    warehouse.insert_block("s", 2, 0, some_batches())
    warehouse.raise_fence()
    assert not warehouse._soundness.is_doubtful
    with injected(os.getpid(), {"link": "error=EIO"}):
        with pytest.raises(WarehouseUnavailable, match="mutation"):  # and not that the disk is full
            warehouse.delete_block("s", 2, FIRST, NOW)
        assert warehouse._soundness.is_doubtful
        warehouse._soundness.restore()
        with pytest.raises(WarehouseUnavailable):
            command(warehouse, "DELETE FROM events WHERE block = 1 SETTINGS lightweight_deletes_sync = 2")
        warehouse.raise_fence()
    assert warehouse._soundness.is_doubtful
    warehouse.count_block("s", 1, FIRST, NOW)
    assert not warehouse._soundness.is_doubtful


def test_while_the_disk_fails_no_table_is_opened_again(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else parts that are sound would be set aside."""
    warehouse.insert_block("s", 1, 0, some_batches())
    warehouse._soundness.doubt()
    with monkeypatch.context() as failing:
        failing.setattr(parts, "why_disk_fails", lambda _: "Input/output error")
        with pytest.raises(WarehouseUnavailable, match="Input/output error"):
            warehouse.count_block("s", 1, FIRST, NOW)
    assert warehouse._soundness.is_doubtful
    assert warehouse.count_block("s", 1, FIRST, NOW) == events_in(some_batches())
    assert not warehouse._soundness.is_doubtful


def test_no_table_stays_closed_for_as_long_as_a_question_takes(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.insert_block("s", 1, 0, some_batches())
    endless = "SELECT count() AS n FROM events, numbers(1000000000000) AS endless WHERE endless.number % 2 = 0"
    known = client.statement
    monkeypatch.setattr(
        client, "statement", lambda name, *asked: endless if name == "read/assets" else known(name, *asked)
    )
    thread, raised = in_thread(lambda: warehouse.ask("read/assets", {}, tag="slow", seconds=60))
    try:
        eventually(lambda: running(warehouse, "slow") == 1)
        warehouse._soundness.doubt()
        assert warehouse.count_block("s", 1, FIRST, NOW) == events_in(some_batches())
        assert running(warehouse, "slow") == 0
    finally:
        command(warehouse, "KILL QUERY WHERE query NOT LIKE 'KILL%' SYNC")  # if it runs still, this test is to end
        thread.join()
    [error] = raised
    assert isinstance(error, WarehouseUnavailable)
    assert BUSY_CODES[error.code or 0] == "QUERY_WAS_CANCELLED"  # and not that its time was over


# A write that failed


def test_an_insert_of_which_a_write_failed_is_never_taken_for_stored(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine acknowledges it."""
    batches = some_batches()
    with failing_writes(monkeypatch, INSERT), pytest.raises(WarehouseUnavailable, match="could not write"):
        warehouse.insert_block("s", 1, 0, batches)
    assert warehouse.count_block("s", 1, FIRST, NOW) < events_in(batches)
    assert warehouse.damaged_parts() == []
    assert warehouse.met_unreadable_part()


def test_after_a_write_failed_the_block_loads_as_after_any_doubt(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, batches = some_batches(seed=2), some_batches()
    warehouse.insert_block("s", 1, 0, before)
    with failing_writes(monkeypatch, INSERT), pytest.raises(WarehouseUnavailable):
        warehouse.insert_block("s", 2, 0, batches)
    warehouse.delete_block("s", 2, FIRST, NOW)
    warehouse.insert_block("s", 2, 1, batches)
    assert [warehouse.count_block("s", block, FIRST, NOW) for block in (1, 2)] == [
        events_in(before),
        events_in(batches),
    ]
    warehouse.repair_days(days(warehouse))
    assert warehouse.differing_days(days(warehouse)) == []


def test_bad_data_is_not_refused_while_writes_fail(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused is set aside: not because of a full disk."""

    def refuse(table: str, *columns: object) -> None:
        insert(table, *columns)
        if table == "inbox":
            raise WarehouseRefused("seen when its file was cut short")

    insert = warehouse._connections.insert
    monkeypatch.setattr(warehouse._connections, "insert", refuse)
    with failing_writes(monkeypatch, INSERT), pytest.raises(WarehouseUnavailable):
        warehouse.insert_block("s", 1, 0, some_batches())


@pytest.mark.parametrize("tended", [True, False], ids=["by being tended", "by the loader's next call"])
def test_a_merge_of_which_a_write_failed_is_undone_and_costs_nothing(
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    tended: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The engine puts it in the place of its sources, which are kept for that."""
    for block in (1, 2, 3):
        warehouse.insert_block("s", block, 0, some_batches(seed=block, count=30))
    sound, sound_days = loaded(warehouse), days(warehouse)
    with failing_writes(monkeypatch, b"OPTIMIZE", beyond=100):
        for table in ("events", *ROLLUPS):
            command(warehouse, f"OPTIMIZE TABLE {table} FINAL")
    with pytest.raises(UnreadablePart):
        warehouse.query("loading/loaded_events")
    if tended:
        warehouse.tend()
    else:
        warehouse.count_block("s", 1, FIRST, NOW)
    assert loaded(warehouse) == sound
    assert warehouse.differing_days(sound_days) == []
    assert warehouse.damaged_parts() == []


def test_a_delete_of_which_a_write_failed_is_told_and_done_again(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = some_batches()
    warehouse.insert_block("s", 1, 0, batches)
    warehouse.insert_block("s", 2, 0, some_batches(seed=2))
    command(warehouse, "OPTIMIZE TABLE events FINAL")
    with failing_writes(monkeypatch, b"-- Remove a block", beyond=100), pytest.raises(WarehouseUnavailable):
        warehouse.delete_block("s", 2, FIRST, NOW)
    warehouse.delete_block("s", 2, FIRST, NOW)
    assert [warehouse.count_block("s", block, FIRST, NOW) for block in (1, 2)] == [events_in(batches), 0]
    assert warehouse.damaged_parts() == []


# A part that was damaged later

KINDS = {
    "a flipped byte": ("data.bin", flip_byte),
    "an empty mark file": ("data.cmrk4", empty),
    "a missing file": ("data.bin", remove),
    "a file cut short": ("data.bin", empty),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_that_cannot_be_read_is_away_until_it_is_set_aside_and_then_the_rest_is_read(
    warehouse: Warehouse, kind: str
) -> None:
    file, spoil = KINDS[kind]
    for block in (1, 2):
        warehouse.insert_block("s", block, 0, some_batches(seed=block))
    sound = read(warehouse)
    part = part_folders(warehouse, "events")[0]
    [held] = select(warehouse, f"SELECT count() AS n FROM events WHERE _part = '{part.name}'")
    spoil(part / file)
    forget_what_was_read(warehouse)

    with pytest.raises(UnreadablePart):
        read(warehouse)
    warehouse.tend()
    assert read(warehouse) == sound - held["n"]
    assert warehouse.met_unreadable_part()
    assert not warehouse.met_unreadable_part()
    [lost] = warehouse.parts_aside()
    assert (lost.table, lost.part.removeprefix("broken-on-start_")) == ("events", part.name)


def test_the_loader_is_told_of_parts_that_can_be_read_alone(warehouse: Warehouse) -> None:
    """It meets the damage first: the call fails, and the next one speaks of what is left."""
    batches = some_batches()
    warehouse.insert_block("s", 1, 0, batches)
    empty(part_folders(warehouse, "events")[0] / "data.bin")
    forget_what_was_read(warehouse)
    with pytest.raises(WarehouseUnavailable):
        warehouse.count_block("s", 1, FIRST, NOW)
    assert 0 < warehouse.count_block("s", 1, FIRST, NOW) < events_in(batches)


@pytest.mark.parametrize("rollup", ROLLUPS)
def test_a_rollup_that_lost_a_part_is_rebuilt_from_the_events(warehouse: Warehouse, rollup: str) -> None:
    warehouse.insert_block("s", 1, 0, some_batches())
    sound_days = days(warehouse)
    flip_byte(part_folders(warehouse, rollup)[0] / "data.bin")
    found = warehouse.damaged_parts()
    assert [(one.table, one.part) for one in found] == [(rollup, part_folders(warehouse, rollup)[0].name)]
    warehouse.set_damaged_aside(found)
    assert warehouse.damaged_parts() == []
    assert {one.rollup for one in warehouse.repair_days(sound_days)} == {rollup}
    assert warehouse.differing_days(sound_days) == []


def test_a_check_reads_every_table_and_changes_nothing(warehouse: Warehouse) -> None:
    warehouse.insert_block("s", 1, 0, some_batches())
    assert warehouse.damaged_parts() == []
    spoiled = {(table, part_folders(warehouse, table)[0]) for table in ("events", "migrations", *ROLLUPS)}
    for _, part in spoiled:
        flip_byte(part / "data.bin")
    found = warehouse.damaged_parts()
    assert {(one.table, one.part) for one in found} == {(table, part.name) for table, part in spoiled}
    assert all("CHECKSUM" in one.reason.upper() for one in found)
    assert warehouse.parts_aside() == []


def test_setting_aside_what_is_not_there_any_more_does_nothing(warehouse: Warehouse) -> None:
    warehouse.insert_block("s", 1, 0, some_batches())
    flip_byte(part_folders(warehouse, "track_day")[0] / "data.bin")
    found = warehouse.damaged_parts()
    warehouse.set_damaged_aside(found)
    warehouse.set_damaged_aside(found)
    assert len(warehouse.parts_aside()) == 1


def test_a_table_that_could_not_be_opened_again_is_opened_as_soon_as_it_can_be(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.insert_block("s", 1, 0, some_batches())
    sound = loaded(warehouse)
    flip_byte(part_folders(warehouse, "track_day")[0] / "data.bin")
    found = warehouse.damaged_parts()

    def fail(sql: str, *_: object, **__: object) -> None:
        if sql.startswith("ATTACH TABLE IF NOT EXISTS `events`"):
            raise WarehouseUnavailable("no")
        run(sql, *_, **__)

    run = warehouse._connections.command
    with monkeypatch.context() as patched:
        patched.setattr(warehouse._connections, "command", fail)
        with pytest.raises(WarehouseUnavailable):
            warehouse.set_damaged_aside(found)
        with pytest.raises(WarehouseUnavailable):
            warehouse.query("loading/loaded_events")
        warehouse.tend()
    warehouse.tend()
    assert loaded(warehouse) == sound
    assert [one.table for one in warehouse.parts_aside()] == ["track_day"]


def test_what_is_set_aside_by_a_mending_that_fails_is_told_when_one_succeeds(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.insert_block("s", 1, 0, some_batches())
    part = part_folders(warehouse, "events")[0]
    empty(part / "data.bin")
    forget_what_was_read(warehouse)
    with pytest.raises(UnreadablePart):
        read(warehouse)

    def fail(names: object) -> NoReturn:
        raise WarehouseUnavailable(f"no {names}")

    with monkeypatch.context() as patched:
        patched.setattr(parts, "damaged", lambda *_: fail("damaged"))
        warehouse.tend()
    assert warehouse.met_unreadable_part()
    assert warehouse.doubtful_days() == {datetime.strptime(part.name[:8], "%Y%m%d").replace(tzinfo=UTC).date()}


def test_new_events_reach_every_rollup_after_the_tables_were_opened_again(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing_writes(monkeypatch, INSERT), pytest.raises(WarehouseUnavailable):
        warehouse.insert_block("s", 1, 0, some_batches())
    warehouse.delete_block("s", 1, FIRST, NOW)
    warehouse.repair_days(days(warehouse))
    warehouse.insert_block("s", 2, 0, some_batches(seed=2))
    assert warehouse.differing_days(days_of_block(warehouse, "s", 2)) == []


# Deletes that cannot end


def test_a_delete_that_never_ends_holds_up_no_other(warehouse: Warehouse) -> None:
    """As one that met a full disk: the engine tries it again and again, and whoever waits for a later one with it."""
    warehouse.insert_block("s", 1, 0, some_batches())
    warehouse.insert_block("s", 2, 0, some_batches(seed=2))
    command(warehouse, "ALTER TABLE events DELETE WHERE throwIf(block = 1) SETTINGS mutations_sync = 0")
    warehouse.raise_fence()
    warehouse.delete_block("s", 2, FIRST, NOW)
    assert warehouse.count_block("s", 2, FIRST, NOW) == 0
    assert warehouse.count_block("s", 1, FIRST, NOW) > 0


# An attempt that comes late


def in_thread(work: Callable[[], None]) -> tuple[threading.Thread, list[BaseException]]:
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def running(warehouse: Warehouse, comment: str) -> int:
    which = f"Settings['log_comment'] = '{comment}'"
    [row] = select(warehouse, f"SELECT count() AS n FROM system.processes WHERE {which}")
    return int(row["n"])


def test_an_insert_that_was_given_up_runs_no_more(warehouse: Warehouse) -> None:
    """An insert that outlives its caller, in the embedded engine as with a server."""
    command(warehouse, "CREATE TABLE sink (n UInt64) ENGINE = Null")
    endless = "SELECT count() AS n FROM inbox, numbers(1000000000000) AS endless WHERE endless.number % 2 = 0"
    command(warehouse, f"CREATE MATERIALIZED VIEW endless TO sink AS {endless}")
    thread, raised = in_thread(lambda: warehouse.insert_block("s", 1, 0, some_batches()))
    try:
        changes = warehouse._connections.change_comment
        eventually(lambda: running(warehouse, changes) == 1)
        warehouse.raise_fence()
        assert running(warehouse, changes) == 0
    finally:
        command(warehouse, "KILL QUERY WHERE query NOT LIKE 'KILL%' SYNC")  # if it runs still, this test is to end
        thread.join()
    assert [type(error) for error in raised] == [WarehouseUnavailable]


def test_each_attempt_has_its_own_token_or_what_was_deleted_would_not_come_back(warehouse: Warehouse) -> None:
    batch = LoadBatch(1, "p", "k", 0, 0, NOW, 1, json.dumps([["play", 1, NOW, "", 2.5, "", ""]]).encode())
    for attempt in (0, 1, 2, "again"):
        warehouse.insert_block("s", 1, attempt, [batch])
        assert warehouse.count_block("s", 1, NOW, NOW) == 1
        assert [row["events"] for row in select(warehouse, "SELECT events FROM track_day")] == [1]
        warehouse.delete_block("s", 1, NOW, NOW)
        warehouse.repair_days(days(warehouse))
