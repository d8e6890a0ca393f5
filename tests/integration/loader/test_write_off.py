"""A node whose disk is lost for good: what it had accepted and others hold too is loaded, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audioscape_server.control import Claims, Ledgers
from audioscape_server.errors import InvalidRequestError, NotFoundError
from audioscape_server.warehouse import WarehouseUnavailable
from support.loading import assert_exactly_once
from support.spools import reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from audioscape_server.warehouse import Warehouse
    from support.loading import Node


def spool_of(node: Node) -> str:
    with reading(node.path) as spool:
        return spool.id


@pytest.fixture
def lost(new_node: Callable[..., Node]) -> Node:
    """It has loaded one keyed batch and taken another; then its disk is gone."""
    node = new_node("lost")
    node.send(1, name="loaded")
    node.drain()
    node.send(2, 3, name="waiting")
    node.send(4)
    node.warehouse.faults = ["before"]
    with pytest.raises(WarehouseUnavailable):
        node.drain()
    node.loader.tell_others()
    node.loader.stop()
    return node


def test_a_repeat_of_what_was_lost_is_loaded_and_of_what_was_loaded_is_not(
    lost: Node, new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    other = new_node("other")
    other.send(1, name="loaded")
    other.send(2, 3, name="waiting")
    other.drain()
    assert (other.ledger().spooled, other.ledger().duplicates) == (2, 1)
    done = other.parts.write_off.run(spool_of(lost))
    assert (done.lost, done.claims) == (3, 1)
    other.drain()
    assert (other.ledger().loaded, other.ledger().spooled) == (2, 0)
    assert_exactly_once(warehouse, {1, 2, 3}, other)


def test_a_block_that_arrived_before_its_disk_was_lost_is_not_loaded_again(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    lost, other = new_node("lost"), new_node("other")
    lost.send(1, 2, name="batch")
    lost.warehouse.faults = ["after"]
    with pytest.raises(WarehouseUnavailable):
        lost.drain()
    lost.loader.tell_others()
    lost.loader.stop()
    other.send(1, 2, name="batch")
    done = other.parts.write_off.run(spool_of(lost))
    other.drain()
    assert (done.lost, done.claims, other.ledger().duplicates) == (0, 0, 2)
    assert_exactly_once(warehouse, {1, 2}, other)


def test_a_disk_that_comes_back_all_the_same_doubles_nothing_and_loads_what_only_it_has(
    lost: Node, new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    other = new_node("other")
    other.send(2, 3, name="waiting")
    other.parts.write_off.run(spool_of(lost))
    other.drain()
    lost.restart()
    lost.drain_until_done()
    assert_exactly_once(warehouse, {1, 2, 3, 4}, lost, other)


def test_what_the_other_disk_brought_back_is_a_repeat_elsewhere(
    lost: Node, new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    """It is back before the repeat was loaded."""
    other = new_node("other")
    other.send(2, 3, name="waiting")
    other.parts.write_off.run(spool_of(lost))
    lost.restart()
    lost.drain_until_done()
    other.drain()
    assert other.ledger().duplicates == 2
    assert_exactly_once(warehouse, {1, 2, 3, 4}, lost, other)


def test_what_runs_is_not_known_or_is_written_off_is_not_written_off(lost: Node, new_node: Callable[..., Node]) -> None:
    other = new_node("other")
    other.send(5)
    other.drain()
    write_off = other.parts.write_off
    with pytest.raises(InvalidRequestError, match="A server works on the spool"):
        write_off.run(spool_of(other))
    with pytest.raises(NotFoundError, match="No spool nobody is known; `audioscape spools list`"):
        write_off.run("nobody")
    shown = {one.spool: (one.runs, one.waiting) for one in write_off.spools()}
    assert shown == {spool_of(lost): (False, 3), spool_of(other): (True, 0)}
    write_off.run(spool_of(lost))
    with pytest.raises(InvalidRequestError, match="written off already"):
        write_off.run(spool_of(lost))
    assert [one.spool for one in write_off.spools()] == [spool_of(other)]


def test_a_spool_that_is_written_off_while_a_block_is_cut_takes_no_repeat_with_it(
    lost: Node, new_node: Callable[..., Node], warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two questions of the other node: who was first, and is that loaded?"""
    other = new_node("other")
    other.send(5)
    other.drain()
    other.send(2, 3, name="waiting")
    settle, states = Claims.settle, Ledgers.states
    asked: list[str] = []

    def noted(name: str) -> None:
        asked.append(name)
        if len(asked) == 2:
            other.parts.write_off.run(spool_of(lost))

    monkeypatch.setattr(Claims, "settle", lambda *given: (noted("claims"), settle(*given))[1])
    monkeypatch.setattr(Ledgers, "states", lambda *given: (noted("states"), states(*given))[1])
    other.drain()
    monkeypatch.undo()
    assert sorted(asked[:2]) == ["claims", "states"]
    other.drain()
    assert_exactly_once(warehouse, {1, 2, 3, 5}, other)
