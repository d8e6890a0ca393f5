"""A batch that is released from quarantine is loaded once, whatever copies of the spool have loaded it already."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from audioscape_server.control import Claim
from audioscape_server.loading.release import Released
from audioscape_server.warehouse import WarehouseUnavailable
from support.loading import Node, assert_exactly_once, empty
from support.spools import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from audioscape_server.warehouse import Warehouse


def set_aside(node: Node, *batches: int) -> None:
    node.running.writer.run(lambda spool: [spool.quarantine(batch, "looked bad", NOW) for batch in batches])


def copy_of(node: Node) -> Path:
    """The spool's file as it is now; the node goes on."""
    node.stop()
    copy = node.path.with_name("copy.db")
    shutil.copy(node.path, copy)
    node._start()
    return copy


def put_back(node: Node, copy: Path) -> None:
    """Put the spool's file back, beside its archive."""
    node.stop()
    for file in node.path.parent.glob("spool.db*"):
        file.unlink()
    shutil.copy(copy, node.path)
    node._start()


def test_what_nobody_loaded_goes_back_into_the_queue(node: Node, warehouse: Warehouse) -> None:
    node.send(1)
    node.send(2)
    node.send(3)
    set_aside(node, 1, 3)
    node.drain()
    assert node.parts.release.run(node.running.writer.run, lambda one: one.batch == 1) == Released(queued=1)
    assert [one.batch for one in node.quarantined()] == [3]
    node.drain()
    assert_exactly_once(warehouse, {1, 2}, node)


@pytest.mark.parametrize("lost", ["nothing", "the warehouse"])
def test_what_was_released_and_loaded_since_the_copy_is_a_repeat(node: Node, warehouse: Warehouse, lost: str) -> None:
    """Before the spool is recognised, too: nothing else stands between the command and the queue."""
    for id_ in (1, 2, 3):
        node.send(id_)
    set_aside(node, 1, 2)
    copy = copy_of(node)
    assert node.parts.release.run(node.running.writer.run, lambda one: one.batch == 1) == Released(queued=1)
    node.drain()
    put_back(node, copy)
    if lost == "the warehouse":
        empty(warehouse)
    assert node.release() == Released(queued=1, loaded=1)
    assert node.ledger().duplicates == 1
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3}, node)


def test_one_that_is_loaded_stands_for_one_in_quarantine(node: Node) -> None:
    """Should two ever be received at one instant: the other one is not lost."""
    node.send(1, received_at=NOW)
    node.send(2, received_at=NOW)
    set_aside(node, 1, 2)
    copy = copy_of(node)
    node.parts.release.run(node.running.writer.run, lambda one: one.batch == 1)
    node.drain()
    put_back(node, copy)
    assert node.release() == Released(queued=1, loaded=1)


def test_what_a_running_original_may_load_stays_here(new_node: Callable[..., Node], warehouse: Warehouse) -> None:
    original = new_node("original")
    original.send(1)
    original.drain()
    original.send(2)
    shutil.copytree(original.settings.data, original.settings.data.with_name("snapshot"))
    snapshot = new_node("snapshot")
    snapshot.drain_until_done()
    assert [one.batch for one in snapshot.quarantined()] == [2]
    assert snapshot.release() == Released(kept=1)
    original.drain()
    assert snapshot.release() == Released(loaded=1)
    snapshot.drain_until_done()
    assert_exactly_once(warehouse, {1, 2}, original, snapshot)


def test_what_an_original_took_with_it_is_released(new_node: Callable[..., Node], warehouse: Warehouse) -> None:
    original = new_node("original")
    original.send(1)
    original.drain()
    original.send(2)
    shutil.copytree(original.settings.data, original.settings.data.with_name("snapshot"))
    snapshot = new_node("snapshot")
    snapshot.drain_until_done()
    original.stop()
    assert snapshot.release() == Released(queued=1)
    snapshot.drain_until_done()
    assert_exactly_once(warehouse, {1, 2}, snapshot)
    original._start()


def test_while_the_warehouse_is_away_nothing_is_released(node: Node) -> None:
    node.send(1)
    node.drain()
    node.send(2)
    set_aside(node, 2)
    node.warehouse.away = True
    with pytest.raises(WarehouseUnavailable):
        node.release()
    assert [one.batch for one in node.quarantined()] == [2]


def test_what_waits_in_a_copy_and_was_set_aside_and_released_since_is_not_loaded_again(
    node: Node, warehouse: Warehouse
) -> None:
    node.send(1, name="a")
    node.send(2)
    copy = copy_of(node)
    set_aside(node, 1)
    node.release()
    node.drain()
    put_back(node, copy)
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2}, node)


def test_the_claim_of_a_batch_in_quarantine_outlives_a_restore(node: Node, warehouse: Warehouse) -> None:
    """A retry of it is a repeat, and is not loaded beside what is released later."""
    node.send(1)
    node.send(2, name="b")
    node.claims.remember(node.running.id, [Claim(b"b".ljust(16), b"(2,)".ljust(16), 2)])
    set_aside(node, 2)
    copy = copy_of(node)
    node.send(3)
    node.drain()
    put_back(node, copy)
    node.drain_until_done()
    node.send(2, name="b")
    node.drain_until_done()
    assert node.release() == Released(queued=1)
    node.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3}, node)
