"""``check`` is a proof only if it sees every kind of sabotage."""

from __future__ import annotations

import fcntl
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from audioscape_server.loading.check import add_up
from audioscape_server.spool import LedgerLine, Spool
from audioscape_server.warehouse import WarehouseUnavailable
from support.loading import stored_ids
from support.spools import flip_a_bit, tamper
from support.store import command

if TYPE_CHECKING:
    from collections.abc import Callable

    from audioscape_server.warehouse import Warehouse
    from support.loading import Node


@pytest.fixture
def filled(node: Node) -> Node:
    """Five events loaded, one in quarantine, two that wait, one repeat."""
    node.send(1, 2, 3, name="batch")
    node.send(4)
    flip_a_bit(node.path, node.last_batch())
    node.send(1, 2, 3, name="batch")
    node.send(5, 6, project="other")
    node.drain()
    node.send(7, 8)
    return node


def test_where_all_is_well_nothing_is_reported(filled: Node) -> None:
    report = filled.check()
    assert report.problems == []
    assert report.events == 5
    assert [replace(line, last_event_at=0.0) for line in report.lines] == [
        LedgerLine("default", accepted=9, loaded=3, quarantined=1, duplicates=3, spooled=2),
        LedgerLine("other", accepted=2, loaded=2),
    ]


SPOOL_SABOTAGE = {
    "ledger: accepted": ("UPDATE ledger SET accepted = accepted + 1 WHERE project = 'default'", "accepted 10 is not"),
    "ledger: loaded": ("UPDATE ledger SET loaded = loaded - 1 WHERE project = 'default'", "the ledger says 2"),
    "ledger: loaded and accepted": (
        "UPDATE ledger SET loaded = loaded + 1, accepted = accepted + 1 WHERE project = 'other'",
        "project other: the warehouse holds 2 events, the ledger says 3",
    ),
    "ledger: duplicates": ("UPDATE ledger SET duplicates = 0", "+ duplicates 0"),
    "ledger: erased": ("UPDATE ledger SET erased = 5 WHERE project = 'other'", "+ erased 5"),
    "ledger: a line is gone": ("DELETE FROM ledger WHERE project = 'default'", "project default"),
    "a waiting batch is gone": ("DELETE FROM batches", "0 events wait in the spool, its ledger says 2"),
    "a waiting batch says another number": ("UPDATE batches SET events = 3", "3 events wait in the spool"),
    "a waiting batch is damaged": ("UPDATE batches SET checksum = 1", "the checksum of batch 5 is wrong"),
    "a batch of quarantine is gone": ("DELETE FROM quarantine", "0 events in quarantine, the ledger says 1"),
    "a batch changed its project": ("UPDATE batches SET project = 'third'", "project third"),
    "a line of a project that only waits is gone": (
        "UPDATE ledger SET project = 'nobody' WHERE project = 'default'",
        "project default: 2 events wait in the spool, its ledger says 0",
    ),
}


@pytest.mark.parametrize("sabotage", SPOOL_SABOTAGE)
def test_sabotage_of_the_spool_is_found(filled: Node, sabotage: str) -> None:
    sql, found = SPOOL_SABOTAGE[sabotage]
    assert tamper(filled.path, sql) > 0
    assert found in "\n".join(filled.check().problems)


WAREHOUSE_SABOTAGE = {
    "an event is gone": ("DELETE FROM events WHERE row = 1 AND position = 0", "the warehouse holds 2 events"),
    "an event is there twice": ("INSERT INTO events SELECT * FROM events WHERE position = 1", "the warehouse holds"),
    "events of a project that sent none": (
        "INSERT INTO events SELECT * REPLACE ('third' AS project) FROM events WHERE row = 4",
        "project third: the warehouse holds 2 events, the ledger says 0",
    ),
    "a rollup is doubled": (
        "INSERT INTO project_hour SELECT * FROM project_hour",
        "rollup project_hour differs",
    ),
    "a rollup lacks a day": ("TRUNCATE TABLE track_day", "rollup track_day differs"),
    "somebody is made up in a rollup": (
        "INSERT INTO place_day (project, day, listeners) SELECT project, day, [7] FROM place_day LIMIT 1",
        "rollup place_day differs",
    ),
    "a rollup has a row too few": (
        "DELETE FROM track_length_day WHERE project = 'other'",
        "track_length_day differs",
    ),
}


@pytest.mark.parametrize("sabotage", WAREHOUSE_SABOTAGE)
def test_sabotage_of_the_warehouse_is_found(filled: Node, warehouse: Warehouse, sabotage: str) -> None:
    sql, found = WAREHOUSE_SABOTAGE[sabotage]
    command(warehouse, sql)
    assert found in "\n".join(filled.check().problems)


def test_the_repair_mends_who_was_there(filled: Node, warehouse: Warehouse) -> None:
    command(warehouse, WAREHOUSE_SABOTAGE["somebody is made up in a rollup"][0])
    assert len(filled.parts.repair.run(every_day=True).rollups) == 1
    assert filled.check().problems == []


@pytest.mark.parametrize("fault", ["before", "after", "partial"])
def test_a_block_under_way_is_no_problem(filled: Node, fault: str) -> None:
    filled.warehouse.faults = [fault]
    with pytest.raises(WarehouseUnavailable):
        filled.drain()
    assert filled.check().problems == []
    filled.drain()
    assert filled.check().problems == []


def test_what_is_accepted_meanwhile_is_no_problem(filled: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    recount = Spool.recount

    def accepts_first(spool: Spool) -> dict[str, tuple[int, int]]:
        filled.send(9)
        return recount(spool)

    monkeypatch.setattr(Spool, "recount", accepts_first)
    assert filled.check().problems == []
    assert filled.ledger().spooled == 3


def test_nobody_inserts_meanwhile(filled: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """While an insert is under way, rollups differ from the events that they are made of."""
    file = filled.control.beside("warehouse.lock")
    assert file is not None
    damage = Spool.damage

    def asks_for_an_insert(spool: Spool) -> str | None:
        with file.open("a") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return damage(spool)

    monkeypatch.setattr(Spool, "damage", asks_for_an_insert)
    assert filled.check().problems == []


def test_another_nodes_first_block_is_no_problem_before_it_is_counted(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    one, other = new_node("one"), new_node("other")
    other.send(2, 3)
    other.warehouse.faults = ["after"]
    with pytest.raises(WarehouseUnavailable):
        other.drain()
    assert len(stored_ids(warehouse)) == 2
    assert one.check().problems == []


def test_another_nodes_events_are_counted_by_what_it_published(
    new_node: Callable[..., Node], warehouse: Warehouse
) -> None:
    one, other = new_node("one"), new_node("other")
    one.send(1)
    other.send(2, 3)
    one.drain()
    other.drain()
    assert one.check().problems == other.check().problems == []
    command(warehouse, f"DELETE FROM events WHERE spool = '{other.running.id}'")
    assert f"spool {other.running.id}, project default: the warehouse holds 0 events, the ledger says 2" in "\n".join(
        one.check().problems
    )


def test_lines_of_several_spools_add_up() -> None:
    lines = [
        LedgerLine("b", accepted=5, loaded=5, last_event_at=3.0),
        LedgerLine("a", accepted=6, spooled=1, loaded=1, quarantined=1, duplicates=1, erased=2),
        LedgerLine("b", accepted=2, spooled=2, last_event_at=2.0),
    ]
    assert add_up(lines) == [lines[1], LedgerLine("b", accepted=7, loaded=5, spooled=2, last_event_at=3.0)]
