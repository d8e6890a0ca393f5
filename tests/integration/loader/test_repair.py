"""What the warehouse loses comes back from the archive, once; what differs is rebuilt; else nothing is done."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.control import ReconciledDays
from audioscape_server.loading import assembly
from audioscape_server.loading.repair import Repaired
from audioscape_server.warehouse import WarehouseUnavailable
from support.failing_writes import flip_byte, forget_what_was_read, part_folders
from support.loading import Killed, Node, assert_exactly_once, rollup_differences, stored_ids
from support.spools import NOW, event, flip_a_bit, new_batch
from support.store import command, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from audioscape_server.control import ControlDatabase
    from audioscape_server.spool import Spool
    from audioscape_server.warehouse import Warehouse

DAY_S = 86_400.0
ROLLUPS = ("project_hour", "project_day", "place_day", "track_day", "search_day", "custom_day", "track_length_day")


@pytest.fixture
def filled(node: Node) -> Node:
    """Four blocks of three events each, loaded and archived."""
    for first in range(0, 12, 3):
        node.send(first, first + 1, first + 2, name=f"batch {first}")
        node.drain()
    return node


def repair(node: Node, **options: Any) -> Repaired:
    return assembly.proof(node.settings, node.real, node.control, node._clock).repair.run(**options)


def drain_and_die_at_finish(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load all that waits, up to the moment at which a block, that is in the archive, leaves the spool."""

    def die_at_finish(change: Callable[..., Any]) -> Any:
        if "finish" in change.__code__.co_names:
            raise Killed
        return run(change)

    run = node.running.writer.run
    monkeypatch.setattr(node.running.writer, "run", die_at_finish)
    with pytest.raises(Killed):
        node.drain()


def flip_sealed_byte(node: Node, at: int) -> None:
    """Damage the sealed segment of its archive."""
    [segment] = node.settings.folder.archive.glob("*.sealed")
    segment.chmod(0o600)
    data = bytearray(segment.read_bytes())
    data[at] ^= 1
    segment.write_bytes(data)


def test_where_all_is_well_nothing_is_done(filled: Node) -> None:
    assert repair(filled, verify=True, every_day=True).texts() == []


LOSSES = {
    "a whole block": "DELETE FROM events WHERE block = 2",
    "a part of a block": "DELETE FROM events WHERE block = 2 AND position = 1",
    "parts of several blocks": "DELETE FROM events WHERE block IN (1, 3) AND position > 0",
    "everything": "TRUNCATE TABLE events",
    "a block twice": "INSERT INTO events SELECT * FROM events WHERE block = 4",
    "an event twice": "INSERT INTO events SELECT * FROM events WHERE block = 4 AND position = 0",
    "everything, rollups too": "",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_the_warehouse_lost_is_loaded_again(filled: Node, warehouse: Warehouse, loss: str) -> None:
    for sql in [LOSSES[loss]] if LOSSES[loss] else [f"TRUNCATE TABLE {table}" for table in ("events", *ROLLUPS)]:
        command(warehouse, sql)
    report = filled.check()
    assert any("the archive has it" in problem for problem in report.problems)
    assert repair(filled).blocks >= 1
    assert_exactly_once(warehouse, set(range(12)), filled)
    assert repair(filled).texts() == [], "there is nothing left to do"


@pytest.mark.parametrize("rollup", ROLLUPS)
def test_a_rollup_that_missed_events_is_rebuilt(filled: Node, warehouse: Warehouse, rollup: str) -> None:
    filled.running.append()
    command(warehouse, f"TRUNCATE TABLE {rollup}")
    differs = bool(rollup_differences(warehouse))
    assert bool(repair(filled).rollups) == differs
    assert rollup_differences(warehouse) == []


def test_days_that_can_no_longer_change_are_looked_at_once(new_node: Callable[..., Node], warehouse: Warehouse) -> None:
    """And no day is passed over, however long the server was away."""
    now = NOW
    node = new_node(clock=lambda: now)
    node.send(1)
    node.drain()
    command(warehouse, "TRUNCATE TABLE track_day")
    now += 40 * DAY_S
    assert repair(node).rollups != []
    command(warehouse, "TRUNCATE TABLE track_day")
    assert repair(node).rollups == [], "it was right once, and nothing can have changed it"
    assert repair(node, every_day=True).rollups != [], "unless somebody wants it to be looked at again"


def test_a_ghost_that_a_power_cut_brought_back_is_deleted_again(filled: Node, warehouse: Warehouse) -> None:
    """A block was refused and split, so its events are held under the halves; then its delete is undone."""
    filled.warehouse.faults = ["short"]
    filled.send(20)
    filled.send(21)
    filled.send(22)
    filled.drain_until_done()
    assert_exactly_once(warehouse, {*range(12), 20, 21, 22}, filled)
    split_blocks = {row["block"] for row in select(warehouse, "SELECT DISTINCT block FROM events")}
    assert 5 not in split_blocks
    command(warehouse, "INSERT INTO events SELECT * REPLACE (5 AS block) FROM events WHERE row >= 5")
    assert repair(filled).ghosts == 1
    assert_exactly_once(warehouse, {*range(12), 20, 21, 22}, filled)


def test_a_ghost_that_another_node_had_counted_into_a_day_that_is_over_leaves_the_rollups_too(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    now = NOW
    node, other = new_node("node", clock=lambda: now), new_node("other", clock=lambda: now)
    node.send(0)
    node.drain()
    node.warehouse.faults = ["short"]
    for id_ in (20, 21, 22):
        node.send(id_)
    node.drain_until_done()
    node.loader.stop()
    command(warehouse, "INSERT INTO events SELECT * REPLACE (2 AS block) FROM events WHERE row >= 2")
    now += 10 * DAY_S
    repair(other)
    assert repair(node).ghosts == 1
    assert_exactly_once(warehouse, {0, 20, 21, 22}, node)


def test_the_first_block_of_a_spool_is_a_ghost_too_when_it_was_split_and_an_older_warehouse_is_put_back(
    node: Node, warehouse: Warehouse
) -> None:
    """No block of the archive comes before it."""
    node.warehouse.faults = ["short"]
    node.send(1, 2)
    node.send(3, 4)
    node.drain_until_done()
    assert [frame.block for frame, _ in node.parts.archive.frames() if frame.batches] == [2, 3]
    command(warehouse, "ALTER TABLE events UPDATE block = 1 WHERE 1 SETTINGS mutations_sync = 2")
    assert repair(node).ghosts == 1
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)


def test_a_block_that_was_split_after_it_was_archived_is_not_brought_back(
    node: Node, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died before it finished the block, and the warehouse lost it before the process came back."""
    node.send(1, 2)
    node.send(3, 4)
    drain_and_die_at_finish(node, monkeypatch)
    command(warehouse, "TRUNCATE TABLE events")
    node.restart()
    node.warehouse.faults = ["short"]
    node.drain_until_done()
    assert repair(node).blocks == 0
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)
    command(warehouse, "TRUNCATE TABLE events")
    assert repair(node).blocks == 2
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)


def test_a_block_that_went_bad_after_it_was_archived_is_not_brought_back(
    node: Node, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is set aside may be released: it must not be stored as well."""
    node.send(1, 2)
    drain_and_die_at_finish(node, monkeypatch)
    flip_a_bit(node.path, 1)
    node.restart()
    node.drain_until_done()
    assert [aside.batch for aside in node.quarantined()] == [1]
    assert repair(node).blocks == 0
    assert_exactly_once(warehouse, set(), node)


def test_a_block_under_way_that_is_archived_is_left_to_the_loader(
    node: Node, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.send(1, 2)
    drain_and_die_at_finish(node, monkeypatch)
    command(warehouse, "TRUNCATE TABLE events")
    assert repair(node).blocks == 0
    node.restart()
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2}, node)


def test_what_is_lost_once_more_comes_back_once_more(filled: Node, warehouse: Warehouse) -> None:
    for _ in range(2):
        command(warehouse, "DELETE FROM events WHERE block = 2")
        done = repair(filled)
        assert (done.blocks, done.problems) == (1, [])
        assert_exactly_once(warehouse, set(range(12)), filled)


def test_a_block_of_a_day_that_can_no_longer_change_is_not_counted_twice(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    """Its rollups were right and are not looked at any more; loading it again feeds them a second time."""
    now = NOW
    node = new_node(clock=lambda: now)
    node.send(1, 2)
    node.drain()
    now += 40 * DAY_S
    assert repair(node).texts() == []
    command(warehouse, "DELETE FROM events WHERE position = 1")
    assert repair(node).blocks == 1
    assert_exactly_once(warehouse, {1, 2}, node)


def test_days_that_may_still_change_are_looked_at_again(node: Node, control: ControlDatabase) -> None:
    """Events come up to seven days late, and may wait from one day into the next."""
    for age in range(12):
        at = NOW - age * DAY_S
        node.running.append(new_batch([event(age, at)], received_at=at))
    node.drain()
    repair(node)
    today = datetime.fromtimestamp(NOW, UTC).date()
    assert sorted((today - day).days for day in ReconciledDays(control).days()) == [9, 10, 11]


def test_a_block_that_nobody_knows_but_that_is_held_nowhere_else_is_left_alone(
    filled: Node, warehouse: Warehouse
) -> None:
    """The header of its copy is damaged, so that the archive cannot tell any more that there was such a block."""
    _, (_, second), *_ = filled.parts.archive.frames()
    filled.parts.archive.close()
    flip_sealed_byte(filled, second.at - 1)
    assert [frame.block for frame, _ in filled.parts.archive.frames()] == [1, 3, 4]
    assert repair(filled).ghosts == 0
    assert stored_ids(warehouse) == dict.fromkeys(range(12), 1)


def test_a_damaged_copy_is_told_and_the_others_come_back(filled: Node, warehouse: Warehouse) -> None:
    filled.parts.archive.close()
    flip_sealed_byte(filled, -3)
    command(warehouse, "TRUNCATE TABLE events")
    done = repair(filled)
    assert done.blocks == 3
    assert len(done.problems) == 1
    assert "its copy in the archive cannot be read" in done.problems[0]
    assert stored_ids(warehouse).keys() == set(range(9))
    assert any(problem.startswith("archive: ") for problem in filled.check().problems)


@pytest.mark.parametrize("fault", ["before", "after", "partial", "unfed", "count", "delete", "repair"])
def test_a_repair_that_is_cut_short_is_done_again(filled: Node, warehouse: Warehouse, fault: str) -> None:
    command(warehouse, "DELETE FROM events WHERE block = 2 AND position = 1")
    filled.warehouse.faults = [fault]
    with pytest.raises(WarehouseUnavailable):
        filled.parts.repair.run(every_day=True)
    assert filled.parts.repair.run(every_day=True).problems == []
    assert_exactly_once(warehouse, set(range(12)), filled)


def test_a_part_that_cannot_be_read_is_set_aside_and_what_it_held_is_loaded_again(
    filled: Node, warehouse: Warehouse
) -> None:
    [part] = select(
        warehouse,
        "SELECT path FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active LIMIT 1",
    )
    file = max(Path(part["path"]).glob("*.bin"), key=lambda path: path.stat().st_size)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert any("cannot be read" in problem for problem in filled.check().problems)
    done = repair(filled, verify=True)
    assert done.parts == 1
    assert_exactly_once(warehouse, set(range(12)), filled)


def test_a_check_is_quiet_while_everything_is_under_way(filled: Node) -> None:
    """Between writing a block down and finishing it there is no moment at which it reports anything."""
    problems: list[str] = []
    cut = filled.loader._cutter.cut

    def cut_and_check(spool: Spool, batches: Any) -> Any:
        block = cut(spool, batches)
        problems.extend(filled.check().problems)
        return block

    filled.loader._cutter.cut = cut_and_check  # type: ignore[method-assign]
    for id_ in range(30, 36):
        filled.send(id_)
        filled.drain()
        problems.extend(filled.check().problems)
    assert problems == []


@pytest.mark.parametrize("told", [False, True], ids=["before it is published", "and published"])
def test_events_of_a_block_that_another_node_has_under_way_are_left_out(
    new_node: Callable[..., Node],
    warehouse: Warehouse,
    told: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    one, other = new_node("one"), new_node("other")
    one.send(1)
    one.drain()
    other.send(2)
    other.drain()
    other.send(3)
    other.warehouse.faults = ["after"]
    with pytest.raises(WarehouseUnavailable):
        other.drain()
    if told:
        other.loader._publisher.publish_file(other.path)
    assert one.check().problems == []
    other.drain_until_done()
    assert one.check().problems == []
    assert_exactly_once(warehouse, {1, 2, 3}, one, other)


def test_a_start_says_what_is_missing_and_cannot_be_mended(
    filled: Node, warehouse: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(filled.settings.folder.archive)
    command(warehouse, "DELETE FROM events WHERE block = 2")
    filled.restart()
    filled.drain()
    filled.loader._mend()
    assert "the warehouse holds 9 events, the ledger says 12" in capsys.readouterr().out


def test_a_part_that_the_loader_meets_and_cannot_read_stands_in_the_way_of_one_round(
    filled: Node, warehouse: Warehouse
) -> None:
    (part_folders(warehouse, "events")[0] / "data.bin").write_bytes(b"")
    forget_what_was_read(warehouse)
    filled.send(20)
    with pytest.raises(WarehouseUnavailable):
        filled.round()
    filled.round()
    assert_exactly_once(warehouse, {*range(12), 20}, filled)


@pytest.mark.parametrize("told", [True, False], ids=["and the loader goes on", "and the process dies"])
def test_a_rollup_that_lost_a_part_of_a_day_that_can_no_longer_change_is_rebuilt(
    new_node: Callable[..., Node],
    warehouse: Warehouse,
    told: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    now = NOW
    node = new_node(clock=lambda: now)
    node.send(1)
    node.round()
    now += 40 * DAY_S
    node.round()
    flip_byte(part_folders(warehouse, "track_day")[0] / "data.bin")
    warehouse.set_damaged_aside(warehouse.damaged_parts())
    assert len(rollup_differences(warehouse)) == 1
    if not told:
        warehouse.met_unreadable_part()
        node.restart()
    node.round()
    assert rollup_differences(warehouse) == []
