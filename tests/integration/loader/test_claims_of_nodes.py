"""Batches with an Idempotency-Key, whichever node takes them and whenever a node dies: stored once."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from audioscape_server.control import Claim, Claims, Ledgers, SpoolState
from audioscape_server.warehouse import WarehouseUnavailable
from support.loading import Killed, assert_exactly_once
from support.spools import NOW, flip_a_bit, reading
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from audioscape_server.warehouse import Warehouse
    from support.loading import Node

DAY_S = 86_400


def test_a_repeat_is_counted_and_not_stored(node: Node, warehouse: Warehouse) -> None:
    node.send(1, 2, name="batch")
    node.send(1, 2, name="batch")
    node.send(3)
    node.drain()
    node.send(1, 2, name="batch")
    node.drain()
    assert_exactly_once(warehouse, {1, 2, 3}, node)
    line = node.ledger()
    assert (line.accepted, line.loaded, line.duplicates) == (7, 3, 4)
    assert node.metrics.duplicates._value.get() == 4


def test_the_same_name_with_another_body_is_another_batch(node: Node, warehouse: Warehouse) -> None:
    node.send(1, name="batch")
    node.send(2, name="batch")
    node.drain()
    assert_exactly_once(warehouse, {1, 2}, node)
    assert node.ledger().duplicates == 0


def test_a_block_of_repeats_only_is_finished_without_sending(node: Node, warehouse: Warehouse) -> None:
    node.send(1, name="batch")
    node.drain()
    sent = len(node.warehouse.attempts)
    node.send(1, name="batch")
    node.drain()
    assert len(node.warehouse.attempts) == sent
    assert node.ledger().duplicates == 1
    assert_exactly_once(warehouse, {1}, node)


def test_a_node_that_dies_between_claim_and_block_does_not_lose_to_itself(
    node: Node, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.send(1, 2, name="batch")
    real = node.running.writer.run

    def die(_change: object) -> None:
        raise Killed

    monkeypatch.setattr(node.running.writer, "run", die)
    with pytest.raises(Killed):
        node.drain()
    monkeypatch.setattr(node.running.writer, "run", real)
    node.restart()
    node.drain()
    assert_exactly_once(warehouse, {1, 2}, node)
    assert node.ledger().duplicates == 0


def test_two_nodes_that_took_the_same_batch_store_it_once(new_node: Callable[..., Node], warehouse: Warehouse) -> None:
    one, other = new_node("one"), new_node("other")
    for node in (one, other):
        node.send(1, 2, name="batch")
        node.send(*(3, 4) if node is one else (5, 6), name="own")
    one.drain()
    other.drain()
    assert_exactly_once(warehouse, {1, 2, 3, 4, 5, 6}, one, other)
    assert [node.ledger().duplicates for node in (one, other)] == [0, 2]


def test_a_repeat_waits_until_its_first_is_loaded_and_holds_nothing_up(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    """Until then the first lies on the disk of one node alone, which may be lost."""
    one, other = new_node("one"), new_node("other", block_events=2)
    one.send(1, 2, name="batch")
    one.warehouse.faults = ["before"]
    with contextlib.suppress(WarehouseUnavailable):
        one.drain()
    other.send(1, 2, name="batch")
    other.send(3, 4)
    other.send(1, 2, name="batch")
    for _ in range(3):
        other.drain()
        line = other.ledger()
        assert (line.loaded, line.spooled, line.duplicates) == (2, 4, 0)
    assert other.metrics.duplicates._value.get() == 0
    one.drain()
    other.drain()
    line = other.ledger()
    assert (line.loaded, line.spooled, line.duplicates) == (2, 0, 4)
    assert_exactly_once(warehouse, {1, 2, 3, 4}, one, other)


def test_a_spool_that_is_renewed_while_a_block_is_cut_takes_no_repeat_with_it(
    new_node: Callable[..., Node], warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives its claims up and closes its ledger between two questions of the other: who was first, and how far?"""
    one, other = new_node("one"), new_node("other")
    one.send(1, 2, name="batch")
    one.warehouse.faults = ["before"]
    with contextlib.suppress(WarehouseUnavailable):
        one.drain()
    other.send(3)
    other.drain()
    other.send(1, 2, name="batch")
    with reading(one.path) as spool:
        id_ = spool.id
    asked: list[str] = []

    def renewed_between(name: str) -> None:
        asked.append(name)
        if len(asked) == 2:
            one.claims.release(id_, 0, ())
            one.parts.ledgers.publish(id_, [], SpoolState(retired=True))

    settle, states = Claims.settle, Ledgers.states
    monkeypatch.setattr(Claims, "settle", lambda *given: (renewed_between("claims"), settle(*given))[1])
    monkeypatch.setattr(Ledgers, "states", lambda *given: (renewed_between("states"), states(*given))[1])
    other.drain()
    monkeypatch.undo()
    assert sorted(asked[:2]) == ["claims", "states"]
    other.drain()
    assert other.ledger().loaded == 3
    assert_exactly_once(warehouse, {1, 2, 3}, other)


def test_a_batch_without_a_key_asks_for_no_other_spool(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is loaded while the control database does not answer."""

    def away(_: Ledgers) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(Ledgers, "states", away)
    node.send(1)
    node.drain()
    assert node.ledger().loaded == 1


def test_a_repeat_within_one_spool_waits_for_nobody(node: Node) -> None:
    node.send(1, 2, name="batch")
    node.send(1, 2, name="batch")
    node.drain()
    line = node.ledger()
    assert (line.loaded, line.spooled, line.duplicates) == (2, 0, 2)


def test_a_repeat_of_a_spool_that_nobody_heard_of_waits(node: Node) -> None:
    """The control database is an older one, maybe."""
    node.send(1, 2, name="batch")
    with reading(node.path) as spool:
        [waiting] = spool.all_waiting()
    assert waiting.key_digest
    assert waiting.body_digest
    node.claims.settle("another", [Claim(waiting.key_digest, waiting.body_digest, 1)])
    node.drain()
    assert node.ledger().spooled == 2
    node.parts.ledgers.publish("another", [], SpoolState(first_waiting=2))
    node.drain()
    assert node.ledger().duplicates == 2


def test_two_nodes_that_drain_at_once_store_each_batch_once(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    nodes = [new_node("one", block_events=4), new_node("other", block_events=4)]
    for id_ in range(24):
        for node in nodes:
            node.send(id_, name=f"batch {id_}")
    threads = [threading.Thread(target=node.drain_until_done) for node in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [node.ledger() for node in nodes]
    assert sum(line.loaded for line in lines) == sum(line.duplicates for line in lines) == 24
    for node in nodes:
        node.drain()  # publish the last line of each
    assert_exactly_once(warehouse, set(range(24)), *nodes)


def test_a_batch_that_was_set_aside_keeps_its_claim_and_a_repeat_is_not_stored(
    node: Node, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.loading.POISON", "player-1")
    node.send(1, name="batch")
    node.drain()
    assert len(node.quarantined()) == 1
    node.send(1, name="batch")
    node.drain()
    monkeypatch.setattr("support.loading.POISON", "nothing")
    node.release_all()
    node.drain()
    assert_exactly_once(warehouse, {1}, node)
    line = node.ledger()
    assert (line.accepted, line.loaded, line.duplicates, line.quarantined) == (2, 1, 1, 0)


def test_while_the_warehouse_is_away_the_others_hear_what_waits(node: Node) -> None:
    """Else claims are forgotten that a retry, which waits here, has yet to meet."""
    node.drain()
    node.warehouse.away = True
    node.send(1, name="batch", received_at=NOW - 100)
    node.loader.start()
    eventually(node.parts.ledgers.waiting_since, until=lambda since: since == NOW - 100)
    node.loader.stop()


def test_a_retry_that_waited_out_a_long_outage_is_still_a_repeat(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    """A batch is loaded, its retry comes a day later, and the warehouse is away until the claim is nine days old."""
    now = NOW
    node = new_node(clock=lambda: now)
    node.send(1, name="batch")
    node.drain()
    node.warehouse.away = True
    node.send(2)
    with contextlib.suppress(WarehouseUnavailable):
        node.drain()  # a block in doubt, behind which the retry waits without having claimed
    now += DAY_S
    node.send(1, name="batch", received_at=now)
    now += 8 * DAY_S
    node.claims.forget_old(node.parts.ledgers.waiting_since())
    node.warehouse.away = False
    node.drain_until_done()
    assert node.ledger().duplicates == 1
    assert_exactly_once(warehouse, {1, 2}, node)
    assert node.claims.forget_old(node.parts.ledgers.waiting_since()) == 1, "once nothing waits any more it goes"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_repeat_of_a_batch_that_went_bad_on_its_disk_is_stored(
    new_node: Callable[..., Node], warehouse: Warehouse, when: str
) -> None:
    """On another node; whether it came before the first was set aside or after."""
    one, other = new_node("one"), new_node("other")
    one.send(1, 2, name="batch")
    one.warehouse.faults = ["before"]
    with pytest.raises(WarehouseUnavailable):
        one.drain()
    one.stop()
    flip_a_bit(one.path, 1)
    one._start()
    for moment in ("before", "after"):
        if moment == when:
            other.send(1, 2, name="batch")
            other.drain()
        one.drain_until_done()
    assert [batch.batch for batch in one.quarantined()] == [1]
    other.drain()
    assert_exactly_once(warehouse, {1, 2}, one, other)


def test_a_repeat_in_the_same_block_as_a_batch_that_went_bad_is_stored(node: Node, warehouse: Warehouse) -> None:
    node.send(1, 2, name="batch")
    node.send(3)
    node.send(1, 2, name="batch")
    node.stop()
    flip_a_bit(node.path, 1)
    node._start()
    node.drain_until_done()
    assert [batch.batch for batch in node.quarantined()] == [1]
    assert_exactly_once(warehouse, {1, 2, 3}, node)
