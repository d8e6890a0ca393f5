"""The loader against a real warehouse that fails in every way we know: each event is stored and counted once."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.control import SpoolState
from audioscape_server.loading import loader
from audioscape_server.warehouse import WarehouseUnavailable
from audioscape_server.warehouse.room import Room
from support.loading import POISON, assert_exactly_once, stored_ids
from support.spools import NOW, event, flip_a_bit, new_batch, reading
from support.store import select
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from audioscape_server.warehouse import Warehouse
    from support.loading import Node

DAY_S = 86_400


def test_what_was_accepted_is_loaded_and_leaves_the_spool(node: Node, warehouse: Warehouse) -> None:
    node.send(1, 2, 3)
    node.send(4)
    node.drain()
    assert_exactly_once(warehouse, {1, 2, 3, 4}, node)
    line = node.ledger()
    assert (line.accepted, line.loaded, line.spooled) == (4, 4, 0)
    assert node.metrics.loaded._value.get() == 4


@pytest.mark.parametrize(
    ("interval_s", "took_s", "rest_s"),
    [(0.5, 0.0, 0.5), (0.5, 0.1, 0.5), (0.5, 0.3, 1.2), (0.5, 9.0, 2.0), (0.0, 9.0, 0.0), (3_600.0, 1.0, 3_600.0)],
)
def test_the_longer_a_round_takes_the_longer_the_loader_rests(interval_s: float, took_s: float, rest_s: float) -> None:
    assert loader.rest_s(interval_s, took_s) == pytest.approx(rest_s)


def test_an_event_is_named_by_spool_row_and_position_for_ever(node: Node, warehouse: Warehouse) -> None:
    node.send(1, 2)
    node.drain()
    node.restart()
    node.send(3)
    node.drain()
    rows = select(warehouse, "SELECT spool, row, position FROM events ORDER BY row, position")
    assert [(row["spool"], row["row"], row["position"]) for row in rows] == [
        (node.running.id, 1, 0),
        (node.running.id, 1, 1),
        (node.running.id, 2, 0),
    ]


@pytest.mark.parametrize(
    "faults",
    [
        ["before"],
        ["after"],
        ["partial"],
        ["unfed"],
        ["short"],
        ["count"],
        ["before", "before", "after"],
        ["partial", "delete", "partial"],
        ["unfed", "repair", "repair"],
        ["after", "count", "repair"],
        ["partial", "after"],
        ["short", "delete"],
    ],
    ids="-".join,
)
def test_after_any_failure_each_event_is_stored_once(node: Node, warehouse: Warehouse, faults: list[str]) -> None:
    node.send(1, 2, 3)
    node.send(4, 5)
    node.send(6)
    node.warehouse.faults = list(faults)
    for _ in range(len(faults) + 1):
        with contextlib.suppress(WarehouseUnavailable):
            node.drain()
    node.drain()
    assert node.warehouse.faults == [], "not every fault was met"
    assert_exactly_once(warehouse, {1, 2, 3, 4, 5, 6}, node)
    assert node.ledger().loaded == 6
    assert node.quarantined() == []
    if "short" not in faults:
        assert len(node.warehouse.blocks) == 1, "a block was split although nothing is wrong with it"


def test_an_insert_whose_answer_got_lost_is_not_sent_again(node: Node) -> None:
    node.send(1, 2)
    node.warehouse.faults = ["after"]
    with pytest.raises(WarehouseUnavailable):
        node.drain()
    node.drain()
    assert len(node.warehouse.attempts) == 1


@pytest.mark.parametrize("fault", ["late", "early"])
def test_an_attempt_that_is_late_stores_nothing_more(node: Node, warehouse: Warehouse, fault: str) -> None:
    node.send(1, 2)
    node.send(3)
    node.warehouse.faults = [fault]
    node.drain_until_done()
    node.warehouse.arrive()
    assert_exactly_once(warehouse, {1, 2, 3}, node)


def test_while_there_is_room_for_inserts_alone_everything_is_loaded(
    new_node: Callable[..., Node], warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the reserve nothing is judged; that is no reason to stop after each block."""
    reserve = 1 << 30
    room = Room(warehouse._connections.folder, reserve)
    monkeypatch.setattr(room, "_free_bytes", lambda _: reserve - 1)
    monkeypatch.setattr(warehouse, "_room", room)
    node = new_node(block_events=1)
    node.send(1)
    node.send(2)
    node.send(3)
    node.drain()
    assert_exactly_once(warehouse, {1, 2, 3}, node)


def test_a_block_is_in_the_archive_before_it_leaves_the_spool(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    run = node.running.writer.run

    def noted(change: Callable[..., Any]) -> Any:
        if "finish" in change.__code__.co_names:
            kept.extend(frame.block for frame, _ in node.parts.archive.frames())
        return run(change)

    monkeypatch.setattr(node.running.writer, "run", noted)
    node.send(1)
    node.drain()
    assert kept == [1]


def test_every_attempt_has_a_number_of_its_own_even_after_a_crash(node: Node) -> None:
    node.send(1, 2)
    for _ in range(4):
        node.warehouse.faults = ["before"]
        with pytest.raises(WarehouseUnavailable):
            node.drain()
        node.restart()
    node.drain()
    assert [attempt for _, _, attempt in node.warehouse.attempts] == [1, 2, 3, 4, 5]


def test_while_the_warehouse_is_away_events_wait_and_nothing_else_notices(node: Node, warehouse: Warehouse) -> None:
    node.warehouse.away = True
    for id_ in range(20):
        node.send(id_)
        if id_ % 5 == 0:
            with pytest.raises(WarehouseUnavailable):
                node.drain()
    assert node.ledger().spooled == 20
    node.warehouse.away = False
    node.drain_until_done()
    assert_exactly_once(warehouse, set(range(20)), node)


def test_blocks_are_about_as_large_as_they_are_told(new_node: Callable[..., Node], warehouse: Warehouse) -> None:
    node = new_node(block_events=10)
    for id_ in range(0, 40, 4):
        node.send(*range(id_, id_ + 4))
    node.drain_until_done()
    assert [len(batches) for batches in node.warehouse.blocks.values()] == [2] * 5
    assert_exactly_once(warehouse, set(range(40)), node)


@pytest.mark.parametrize("bad", [1, 4], ids=["at the edge", "in the middle"])
def test_what_the_warehouse_refuses_is_isolated_to_the_batch(node: Node, warehouse: Warehouse, bad: int) -> None:
    for batch in range(1, 5):
        node.running.append(new_batch([event(batch, kind=POISON if batch == bad else "play"), event(batch + 100)]))
    node.drain()
    [aside] = node.quarantined()
    assert (aside.batch, aside.events, aside.reason) == (bad, 2, "cannot parse input: poison")
    assert_exactly_once(warehouse, {i + more for i in range(1, 5) if i != bad for more in (0, 100)}, node)
    line = node.ledger()
    assert (line.accepted, line.loaded, line.quarantined, line.spooled) == (8, 6, 2, 0)


def test_several_refused_rows_are_each_isolated(node: Node, warehouse: Warehouse) -> None:
    bad = {2, 3}
    for batch in range(1, 6):
        node.running.append(new_batch([event(batch, kind=POISON if batch in bad else "play")]))
    node.drain()
    assert {aside.batch for aside in node.quarantined()} == bad
    assert_exactly_once(warehouse, set(range(1, 6)) - bad, node)


def test_a_single_batch_is_tried_twice_before_it_is_set_aside(node: Node, warehouse: Warehouse) -> None:
    """A fault that passes may look like a bad batch."""
    node.send(1, 2)
    node.warehouse.faults = ["short"]
    node.drain()
    assert node.quarantined() == []
    assert_exactly_once(warehouse, {1, 2}, node)


@pytest.mark.parametrize(
    ("content", "count", "reason"),
    [
        (b"not JSON at all", 2, "sent 2 events, the warehouse holds 0"),
        (b'[["play",7,1790166896,"p",1,"",""]', 1, "sent 1 events, the warehouse holds 0"),
        (b"[]", 1, "sent 1 events, the warehouse holds 0"),
        (b'[["play",7,1790166896,"p",1,"",""]]', 2, "sent 2 events, the warehouse holds 1"),
    ],
)
def test_a_row_that_does_not_unpack_into_its_events_is_isolated(
    node: Node, warehouse: Warehouse, content: bytes, count: int, reason: str
) -> None:
    node.send(1)
    node.running.append(new_batch(content=content, count=count))
    node.send(2)
    node.drain()
    [aside] = node.quarantined()
    assert (aside.batch, aside.events, aside.reason) == (2, count, reason)
    assert_exactly_once(warehouse, {1, 2}, node)


def test_a_row_with_a_flipped_bit_is_set_aside_before_it_is_sent(node: Node, warehouse: Warehouse) -> None:
    for id_ in range(1, 4):
        node.send(id_)
    flip_a_bit(node.path, 2)
    node.drain()
    [aside] = node.quarantined()
    assert (aside.batch, aside.reason) == (2, "the batch's bytes do not match their checksum")
    assert_exactly_once(warehouse, {1, 3}, node)
    assert len(node.warehouse.attempts) == 1, "its neighbours need no second attempt"


@pytest.mark.parametrize("flipped", [[1], [2], [1, 2]], ids=str)
def test_a_row_that_goes_bad_while_its_block_is_in_doubt_is_not_counted_twice(
    node: Node, warehouse: Warehouse, flipped: list[int]
) -> None:
    """Its events are in the warehouse already, on a day of their own, and nobody can read that day in the batch."""
    node.running.append(new_batch([event(1, NOW)]))
    node.running.append(new_batch([event(2, NOW - 3 * DAY_S)]))
    node.warehouse.faults = ["after"]
    with pytest.raises(WarehouseUnavailable):
        node.drain()
    for batch in flipped:
        flip_a_bit(node.path, batch)
    node.drain()
    assert [aside.batch for aside in node.quarantined()] == flipped
    assert_exactly_once(warehouse, {1, 2} - set(flipped), node)


def test_released_rows_load_once_the_reason_is_gone(
    node: Node, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.send(1)
    node.running.append(new_batch([event(2, kind=POISON)]))
    node.drain()
    assert len(node.quarantined()) == 1
    node.release_all()
    node.drain()
    assert len(node.quarantined()) == 1, "the reason is not gone: it is set aside again"
    monkeypatch.setattr("support.loading.POISON", "nothing is poison any more")
    node.release_all()
    node.drain()
    assert node.quarantined() == []
    assert_exactly_once(warehouse, {1, 2}, node)
    line = node.ledger()
    assert (line.accepted, line.loaded, line.quarantined) == (2, 2, 0)


def test_a_refusal_in_the_middle_of_an_outage_loses_nothing(node: Node, warehouse: Warehouse) -> None:
    for batch in range(1, 9):
        node.running.append(new_batch([event(batch, kind=POISON if batch == 5 else "play")]))
    for fault in ("before", "delete", "before", "repair", "after", "partial", "delete", "count"):
        node.warehouse.faults = [fault]
        try:
            node.drain()
        except WarehouseUnavailable:
            node.restart()
    node.warehouse.faults = []
    node.drain_until_done()
    assert [aside.batch for aside in node.quarantined()] == [5]
    assert_exactly_once(warehouse, set(range(1, 9)) - {5}, node)


def test_late_events_are_found_again_on_their_own_days(node: Node, warehouse: Warehouse) -> None:
    """The edges of what the API accepts: seven days late, five minutes ahead, across midnight."""
    for id_, at in enumerate([NOW - 7 * DAY_S, NOW + 300, NOW - NOW % DAY_S, NOW - NOW % DAY_S - 0.001]):
        node.running.append(new_batch([event(id_, at)]))
    for fault in ("partial", "after"):
        node.warehouse.faults = [fault]
        with pytest.raises(WarehouseUnavailable):
            node.drain()
    node.drain()
    assert_exactly_once(warehouse, {0, 1, 2, 3}, node)


def test_projects_are_counted_apart(node: Node, warehouse: Warehouse) -> None:
    node.send(1, 2, project="alpha")
    node.send(3, project="beta")
    node.running.append(new_batch([event(4, kind=POISON)], project="beta"))
    node.drain()
    alpha, beta = node.ledger("alpha"), node.ledger("beta")
    assert (alpha.accepted, alpha.loaded, alpha.quarantined) == (2, 2, 0)
    assert (beta.accepted, beta.loaded, beta.quarantined) == (2, 1, 1)
    assert_exactly_once(warehouse, {1, 2, 3}, node)


def test_the_ledger_is_published_for_other_workers(node: Node) -> None:
    node.send(1, 2)
    node.drain()
    [known] = node.parts.ledgers.published().values()
    assert known.lines == [node.ledger()]
    assert known.state == SpoolState(last_block=1, open_blocks=(), oldest_waiting_at=None, first_waiting=2)


def test_the_threads_own_loop_survives_every_failure(
    node: Node, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.warehouse.faults = ["before", "after", "partial"]
    monkeypatch.setattr(loader, "MIN_BACKOFF_S", 0.01)
    node.loader.start()
    for id_ in range(5):
        node.send(id_)
        node.loader.wake()
    eventually(lambda: node.ledger().loaded == 5)
    node.loader.stop()
    assert_exactly_once(warehouse, set(range(5)), node)


def test_the_threads_own_loop_survives_what_nobody_foresaw(
    node: Node, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [LookupError("nobody foresaw this")]
    work = node.loader.round

    def fails_once() -> None:
        if errors:
            raise errors.pop()
        work()

    monkeypatch.setattr(node.loader, "round", fails_once)
    monkeypatch.setattr(loader, "MAX_BACKOFF_S", 0.01)
    node.send(1)
    node.loader.start()
    eventually(lambda: node.loader.has_ended or node.ledger().loaded == 1)
    node.loader.stop()
    assert_exactly_once(warehouse, {1}, node)


def test_stop_leaves_the_rest_for_the_next_start(new_node: Callable[..., Node], warehouse: Warehouse) -> None:
    node = new_node(block_events=1)
    for id_ in range(3):
        node.send(id_)
    node.loader.stop()
    node.drain()
    assert stored_ids(warehouse) == {}
    node.restart()
    node.drain_until_done()
    assert_exactly_once(warehouse, {0, 1, 2}, node)
    with reading(node.path) as spool:
        assert spool.open_blocks() == []
