"""A back-up is put back: of the spool, of the control database, of both. Nothing is deleted, lost or doubled by it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from audioscape_server.control import Leases, Ledgers
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.loading.release import Released
from audioscape_server.warehouse import WarehouseUnavailable
from support.loading import Killed, Node, assert_exactly_once, stored_ids
from support.spools import NOW, reading
from support.store import command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from audioscape_server.warehouse import Warehouse


class BackUp:
    """Copies of a stopped node's spool, archive and control database, put back one by one."""

    def __init__(self, node: Node, control: Path, folder: Path) -> None:
        self._node = node
        self._control = control
        self._folder = folder
        node.stop()
        shutil.copytree(node.path.parent, folder / "spool")
        shutil.copy(control, folder / "control.db")
        node._start()

    def put_back_spool(self) -> None:
        self._node.stop()
        shutil.rmtree(self._node.path.parent)
        shutil.copytree(self._folder / "spool", self._node.path.parent)
        self._node._start()

    def put_back_spool_beside_its_archive(self) -> None:
        self._node.stop()
        for file in self._node.path.parent.glob("spool.db*"):
            file.unlink()
        for file in (self._folder / "spool").glob("spool.db*"):
            shutil.copy(file, self._node.path.parent)
        self._node._start()

    def put_back_control(self) -> None:
        self._node.control.engine.dispose()
        shutil.copy(self._folder / "control.db", self._control)


@pytest.fixture
def back_up(tmp_path: Path) -> Callable[[Node], BackUp]:
    count = iter(range(9))

    def made(node: Node) -> BackUp:
        return BackUp(node, tmp_path / "control.db", tmp_path / f"back-up-{next(count)}")

    return made


def incidents(node: Node) -> str:
    with reading(node.path) as spool:
        return "\n".join(incident.what for incident in spool.incidents())


def test_an_ordinary_restart_keeps_its_identity(node: Node, warehouse: Warehouse) -> None:
    node.send(1, 2)
    node.drain()
    before = node.running.id
    node.send(3)
    node.restart()
    node.send(4)
    node.drain_until_done()
    assert node.running.id == before
    assert incidents(node) == ""
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)


def test_an_old_spool_deletes_nothing_and_doubles_nothing(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    """What waited in the copy was loaded since; its numbers were given again to other batches."""
    node.send(1, 2)
    node.drain()
    node.send(3)
    node.send(4, 5)
    copy = back_up(node)
    node.drain()
    for id_ in range(6, 12):
        node.send(id_)
        node.drain()
    copy.put_back_spool()
    node.send(20)
    node.drain_until_done()
    assert_exactly_once(warehouse, {*range(1, 12), 20}, node)
    assert "An older copy of the spool" in incidents(node)
    assert "lost" not in incidents(node)


def test_what_the_copy_held_and_nobody_loaded_is_loaded(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    node.send(1)
    node.drain()
    node.send(2, 3, name="keyed")
    copy = back_up(node)
    # Another history: the batches that wait in the copy are loaded up to a point, then the disk is lost.
    node.drain()
    node.send(4)
    node.drain()
    copy.put_back_spool()
    node.send(2, 3, name="keyed")
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)


def test_a_partial_block_of_the_lost_history_is_made_whole(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    node.send(1)
    node.drain()
    node.send(2, 3)
    node.send(4, 5, name="keyed")
    node.send(6)
    copy = back_up(node)
    node.warehouse.faults = ["partial"]
    with pytest.raises(Exception, match="connection reset"):
        node.drain()
    node.drain()
    node.send(7)
    node.warehouse.faults = ["partial"]
    with pytest.raises(Exception, match="connection reset"):
        node.drain()
    copy.put_back_spool()
    node.drain_until_done()
    stored = stored_ids(warehouse)
    assert {1, 2, 3, 4, 5, 6} <= stored.keys()
    assert max(stored.values()) == 1


def test_a_retry_of_what_the_lost_history_had_not_loaded_is_stored(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    """The claim is there, the batch is nowhere: it must not make the retry pass for a repeat."""
    node.send(1)
    node.drain()
    copy = back_up(node)
    node.send(2)
    node.drain()
    node.send(3, name="claimed, never loaded")
    node.warehouse.faults = ["before"]
    with pytest.raises(Exception, match="connection refused"):
        node.drain()
    copy.put_back_spool()
    node.send(3, name="claimed, never loaded")
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3}, node)


def test_events_that_only_the_lost_history_held_are_told(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    node.send(1)
    node.drain()
    copy = back_up(node)
    node.send(2)
    node.drain()
    node.warehouse.away = True
    node.send(3, 4, 5)
    node.loader._publisher.publish_file(node.path)
    node.warehouse.away = False
    copy.put_back_spool()
    node.drain_until_done()
    assert "3 events of project default" in incidents(node)
    assert_exactly_once(warehouse, {1, 2}, node)


def test_a_copy_that_had_loaded_all_that_was_ever_loaded_keeps_its_identity_and_tells_what_is_lost(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    node.send(1)
    node.drain()
    before = node.running.id
    copy = back_up(node)
    node.send(2, 3)
    node.loader._publisher.publish_file(node.path)
    copy.put_back_spool()
    node.send(4)
    node.drain_until_done()
    assert node.running.id == before
    assert "2 events of project default" in incidents(node)
    assert_exactly_once(warehouse, {1, 4}, node)


def test_an_old_control_database_makes_no_retry_be_stored_twice(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    node.send(1, name="first")
    node.drain()
    copy = back_up(node)
    node.send(2, name="second")
    node.drain()
    node.stop()
    copy.put_back_control()
    node._start()
    node.send(2, name="second")
    node.send(1, name="first")
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2}, node)
    assert node.ledger().duplicates == 2


@pytest.mark.parametrize("second", ["the same copy", "a newer copy"])
def test_claims_of_an_id_that_the_copy_never_knew_come_back_from_the_archive(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp], second: str
) -> None:
    """A copy is put back, and then one beside a control database as old as itself; both lack the id of the first."""
    node.send(1)
    node.drain()
    older = back_up(node)
    node.send(2)
    node.drain()
    newer = back_up(node)
    node.send(3)
    node.drain()
    older.put_back_spool_beside_its_archive()
    node.drain_until_done()
    node.send(4, name="keyed")
    node.drain()
    copy = older if second == "the same copy" else newer
    copy.put_back_spool_beside_its_archive()
    copy.put_back_control()
    node.send(4, name="keyed")
    node.drain_until_done()
    assert stored_ids(warehouse) == {1: 1, 2: 1, 3: 1, 4: 1}


def test_an_old_control_database_beside_a_block_under_way_makes_no_retry_be_stored_twice(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    """Its batch has claimed, and does not claim again when the block is settled."""
    copy = back_up(node)
    node.send(1, name="under way")
    node.warehouse.faults = ["after"]
    with pytest.raises(Exception, match="timed out"):
        node.drain()
    node.stop()
    copy.put_back_control()
    node._start()
    node.drain()
    node.send(1, name="under way")
    node.drain_until_done()
    assert_exactly_once(warehouse, {1}, node)


def test_a_claim_of_a_batch_that_is_nowhere_is_given_up_although_the_copy_keeps_its_identity(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died between the claim and the block."""
    node.send(1)
    node.drain()
    copy = back_up(node)
    node.send(2)
    node.send(3, name="claimed")
    with monkeypatch.context() as patch:
        patch.setattr(node.running.writer, "run", Mock(side_effect=Killed))
        with pytest.raises(Killed):
            node.drain()
    copy.put_back_spool()
    node.send(3, name="claimed")
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 3}, node)


def test_an_old_spool_beside_an_old_warehouse_loads_nothing_that_the_archive_brings_back(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    node.send(1, 2, name="waits in the copy")
    node.send(3)
    copy = back_up(node)
    node.drain()
    node.send(4)
    node.drain()
    command(warehouse, "TRUNCATE TABLE events")
    copy.put_back_spool_beside_its_archive()
    node.send(1, 2, name="waits in the copy")
    node.loader.round()
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)
    assert "lost" not in incidents(node)


def test_what_comes_back_of_a_former_identity_is_in_its_ledger(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    """Its ledger was closed while the warehouse lacked it."""
    copy = back_up(node)
    node.send(1, 2)
    node.drain()
    copy.put_back_spool_beside_its_archive()
    node.drain()
    command(warehouse, "TRUNCATE TABLE events")
    node.restart()
    node.loader.round()
    assert_exactly_once(warehouse, {1, 2}, node)


def test_all_put_back_at_once_is_as_it_was(node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]) -> None:
    """Spool and control database of an hour ago, beside the warehouse of now."""
    node.send(1, name="one")
    node.send(2, name="two")
    copy = back_up(node)
    node.drain()
    node.send(3, name="three")
    node.drain()
    copy.put_back_control()
    copy.put_back_spool()
    node.send(2, name="two")
    node.send(4, name="four")
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)


@pytest.mark.parametrize("fault", ["count", "delete"])
def test_a_recognition_that_is_cut_short_is_done_again(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp], fault: str
) -> None:
    node.send(1)
    node.send(2)
    copy = back_up(node)
    node.drain()
    node.send(3)
    node.drain()
    copy.put_back_spool()
    node.send(4)
    node.warehouse.faults = [fault]
    node.drain_until_done()
    node.restart()
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)


def test_one_workers_snapshot_put_back_beside_a_shared_warehouse(
    new_node: Callable[..., Node], warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    one, other = new_node("one"), new_node("other")
    one.send(1, name="a")
    other.send(2, name="b")
    one.drain()
    other.drain()
    one.send(3, name="c")
    copy = back_up(one)
    one.drain()
    for id_ in (4, 5):
        one.send(id_)
        one.drain()
    copy.put_back_spool()
    one.send(6)
    other.send(3, name="c")
    other.send(7)
    one.drain_until_done()
    other.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4, 5, 6, 7}, one, other)


def test_the_same_copy_put_back_twice_doubles_nothing_and_tells_what_is_lost(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    """What waited in it was loaded under the id that it took the first time."""
    node.send(1)
    node.drain()
    node.send(2, 3)
    node.send(4, name="keyed")
    copy = back_up(node)
    again = back_up(node)
    node.warehouse.faults = ["before"]
    with pytest.raises(Exception, match="connection refused"):
        node.drain()
    node.loader.tell_others()
    copy.put_back_spool()
    node.drain_until_done()
    first = node.renewed_id()
    node.send(5)
    node.drain()
    node.warehouse.away = True
    node.send(6, 7, name="lost")
    node.loader.tell_others()
    node.warehouse.away = False
    again.put_back_spool()
    node.send(4, name="keyed")
    node.send(6, 7, name="lost")
    node.drain_until_done()
    assert node.renewed_id() != first
    assert node.renewed_id()[:16] == first[:16]
    assert "2 events of project default" in incidents(node)
    assert_exactly_once(warehouse, {1, 2, 3, 4, 5, 6, 7}, node)


@pytest.mark.parametrize("control_too", [False, True])
def test_an_older_and_then_a_newer_copy_double_nothing(
    new_node: Callable[..., Node],
    warehouse: Warehouse,
    back_up: Callable[[Node], BackUp],
    control_too: bool,  # noqa: FBT001
) -> None:
    """The newer one knows all that is known of its id, but what waits in it was loaded under another."""
    node = new_node(block_events=1)
    node.send(1)
    node.send(2)
    older = back_up(node)
    node.warehouse.faults = ["count"]
    with pytest.raises(Exception, match="count timed out"):
        node.drain()
    newer = back_up(node)
    older.put_back_spool()
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2}, node)
    newer.put_back_spool()
    if control_too:
        newer.put_back_control()
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2}, node)


def test_what_another_history_had_stored_in_part_is_made_whole_once(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    node.send(1)
    node.drain()
    node.send(2, 3)
    node.send(4, 5)
    node.send(6, 7)
    copies = [back_up(node), back_up(node)]
    for copy in copies:
        node.send(8)
        node.warehouse.faults = ["partial"]
        with pytest.raises(Exception, match="connection reset"):
            node.drain()
        copy.put_back_spool()
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4, 5, 6, 7}, node)


def test_a_batch_of_which_another_history_had_stored_a_part_is_made_whole(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    """It is in no archive, and its block is not known to the copy."""
    node.send(1, 2, 3, 4)
    copy = back_up(node)
    node.warehouse.faults = ["torn"]
    with pytest.raises(Exception, match="connection reset"):
        node.drain()
    assert stored_ids(warehouse).keys() == {1, 2}
    copy.put_back_spool()
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)


def test_what_was_released_from_quarantine_since_the_copy_is_not_released_again(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    node.send(1, 2)
    node.send(3)
    node.running.writer.run(lambda spool: [spool.quarantine(batch, "looked bad", NOW) for batch in (1, 2)])
    copy = back_up(node)
    node.running.writer.run(lambda spool: spool.release(1))
    node.drain_until_done()
    copy.put_back_spool()
    node.drain_until_done()
    assert [one.batch for one in node.quarantined()] == [2]
    node.release_all()
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3}, node)


def snapshot_of(node: Node, new_node: Callable[..., Node], name: str = "snapshot") -> Node:
    """Another worker on a copy of this one's folder, as it is now, while nothing is written. This one goes on."""
    shutil.copytree(node.settings.data, node.settings.data.with_name(name))
    return new_node(name)


def test_a_snapshot_beside_its_running_original_takes_nothing_from_it(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    """What waits in both is the original's to load; its claims and its ledger are its own."""
    original = new_node("original")
    original.send(1, name="a")
    original.drain()
    original.send(2, name="b")
    original.send(3)
    snapshot = snapshot_of(original, new_node)
    snapshot.send(10, name="c")
    snapshot.drain_until_done()
    assert [one.batch for one in snapshot.quarantined()] == [2, 3]
    assert "which runs elsewhere" in incidents(snapshot)
    snapshot.send(2, name="b")  # a retry, to the wrong one
    original.send(4)
    original.drain_until_done()
    snapshot.drain_until_done()
    original.send(1, name="a")
    original.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4, 10}, original, snapshot)
    original.restart()
    original.send(5)
    original.drain_until_done()
    assert original.renewed_id() == original.running.id
    assert incidents(original) == ""
    assert_exactly_once(warehouse, {1, 2, 3, 4, 5, 10}, original, snapshot)


def test_a_stranger_is_let_alone_when_a_copy_beside_it_is_renewed(
    new_node: Callable[..., Node], warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    """Another spool of the same warehouse, which happens to be stopped then."""
    stranger, node = new_node("stranger"), new_node("node")
    stranger.send(1)
    stranger.drain()
    stranger.stop()
    node.send(2)
    copy = back_up(node)
    node.drain()
    copy.put_back_spool()
    node.drain_until_done()
    assert "An older copy" in incidents(node)
    before = stranger.renewed_id()
    stranger._start()
    stranger.send(3)
    stranger.drain_until_done()
    assert (stranger.renewed_id(), incidents(stranger)) == (before, "")
    assert_exactly_once(warehouse, {1, 2, 3}, node, stranger)


def test_a_snapshot_whose_original_loaded_all_of_it_sets_nothing_aside(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    original = new_node("original")
    original.send(1)
    original.drain()
    original.send(2)
    snapshot = snapshot_of(original, new_node)
    original.drain()
    snapshot.send(3)
    snapshot.drain_until_done()
    assert snapshot.quarantined() == []
    assert_exactly_once(warehouse, {1, 2, 3}, original, snapshot)


def test_an_original_that_was_stopped_while_its_snapshot_took_over_doubles_nothing(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    original = new_node("original")
    original.send(1)
    original.drain()
    original.send(2, name="b")
    snapshot = snapshot_of(original, new_node)
    original.send(3)
    original.stop()
    snapshot.send(4)
    snapshot.drain_until_done()
    original._start()
    original.send(5)
    original.drain_until_done()
    assert original.release() == Released(kept=1), "the snapshot may have it"
    Ledgers(original.control, lambda: NOW + 60).hear(snapshot.running.id, None)  # it waits for nothing, a minute later
    original.release_all()  # what nobody could tell to be its own
    original.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4, 5}, original, snapshot)


def test_nothing_is_told_of_a_copy_before_it_is_recognised_but_since_when_it_waits(
    node: Node, warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    """Else what is known of the history that is lost would be overwritten, and its loss be told by nobody."""
    node.send(1)
    node.drain()
    copy = back_up(node)
    node.warehouse.away = True
    node.send(2, 3)
    node.loader.tell_others()
    copy.put_back_spool()
    node.loader.tell_others()
    node.warehouse.away = False
    node.drain_until_done()
    assert "2 events of project default" in incidents(node)
    assert_exactly_once(warehouse, {1}, node)


def test_a_repeat_on_another_node_is_stored_when_its_first_is_lost_with_an_older_copy(
    new_node: Callable[..., Node], warehouse: Warehouse, back_up: Callable[[Node], BackUp]
) -> None:
    """Both were acknowledged. The other node goes on all the time, and the first had claimed."""
    one, other = new_node("one"), new_node("other")
    one.send(1)
    one.drain()
    copy = back_up(one)
    one.send(2, 3, name="batch")
    one.warehouse.faults = ["before"]
    with pytest.raises(WarehouseUnavailable):
        one.drain()
    other.send(2, 3, name="batch")
    other.drain()
    copy.put_back_spool()
    other.drain()
    one.drain()
    other.drain()
    assert other.ledger().loaded == 2
    assert_exactly_once(warehouse, {1, 2, 3}, one, other)


def test_a_process_that_is_recognised_twice_keeps_the_claims_of_what_it_loaded(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    """PostgreSQL was started anew; for a moment somebody else had the lease."""
    node, other = new_node("node"), new_node("other")
    node.send(1, 2, name="batch")
    node.drain()
    node.parts.leases.lingers_s = 60.0  # as with PostgreSQL
    node.parts.leases.give_up()
    with reading(node.path) as spool:
        id_ = spool.id
    stranger = Leases(node.control)
    assert stranger.hold(id_)
    with pytest.raises(ServiceUnavailableError, match="seems to run elsewhere"):
        node.drain()
    stranger.give_up()
    node.drain()
    other.send(1, 2, name="batch")
    other.drain()
    assert_exactly_once(warehouse, {1, 2}, node, other)


@pytest.mark.parametrize("fault", ["before", "after", "torn"])
def test_a_repeat_that_is_faster_than_the_start_of_its_first_is_stored_once(
    new_node: Callable[..., Node], warehouse: Warehouse, tmp_path: Path, fault: str
) -> None:
    """An older control database is put back, without the claims of a block under way. No client sends anything."""
    one, other = new_node("one"), new_node("other")
    for node, id_ in ((one, 8), (other, 9)):
        node.send(id_)
        node.drain()
    shutil.copy(tmp_path / "control.db", tmp_path / "copy.db")
    one.send(2, 3, name="batch")
    one.warehouse.faults = [fault]
    with pytest.raises(WarehouseUnavailable):
        one.drain()
    one.loader.tell_others()
    other.send(2, 3, name="batch")
    other.drain()
    assert other.ledger().spooled == 2
    one.stop()
    other.stop()
    one.control.engine.dispose()
    shutil.copy(tmp_path / "copy.db", tmp_path / "control.db")
    other._start()
    other.drain()
    one._start()
    one.drain_until_done()
    other.drain()
    assert_exactly_once(warehouse, {2, 3, 8, 9}, one, other)
