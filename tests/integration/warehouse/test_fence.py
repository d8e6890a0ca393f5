"""Statements that arrive after their sender gave up, and after another worker put all right: they change nothing.

The warehouse is a server of its own. One worker's line to it keeps a statement back; another worker, with a line of its
own, takes over, and what was kept back is brought when it can do the most harm.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.warehouse import (
    LoadBatch,
    Warehouse,
    WarehouseUnavailable,
    batches,
    lengths,
    rollups,
)
from support.clickhouse import running_clickhouse
from support.proxy import proxy_to
from support.server import free_port
from support.spools import NOW
from support.store import command, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.clickhouse import Clickhouse
    from support.proxy import Proxy


_attempts = itertools.count()


@pytest.fixture(scope="module")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clickhouse]:
    with running_clickhouse(tmp_path_factory.mktemp("clickhouse"), free_port()) as running:
        yield running


@pytest.fixture
def line(clickhouse: Clickhouse) -> Iterator[Proxy]:
    with proxy_to(clickhouse.port) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def migrated(clickhouse: Clickhouse) -> Iterator[Warehouse]:
    with Warehouse(clickhouse.url) as opened:
        opened.migrate()
        yield opened


@pytest.fixture
def worker(migrated: Warehouse) -> Warehouse:
    """The one that takes over. It has loaded stops before plays, so that they are to be judged again."""
    for row in migrated.query("parts/tables"):
        if row["name"] not in ("migrations", "fence"):
            command(migrated, f"TRUNCATE TABLE {row['name']}")
    migrated.raise_fence()
    load(migrated, 1, ["stop"] * 3)
    load(migrated, 2, ["play"] * 2)
    return migrated


@pytest.fixture
def unlucky(clickhouse: Clickhouse, worker: Warehouse, line: Proxy) -> Iterator[Warehouse]:
    """The one whose statement is kept back."""
    _ = worker
    with Warehouse(clickhouse.url.replace(f":{clickhouse.port}/", f":{line.port}/")) as opened:
        yield opened


def batch(number: int, kinds: list[str], seconds: float = 190.0) -> LoadBatch:
    events = [[kind, 1, NOW - at, f"p{at}", seconds, "", ""] for at, kind in enumerate(kinds)]
    return LoadBatch(number, "p", "k", 0, 0, NOW, len(kinds), json.dumps(events).encode())


def load(warehouse: Warehouse, block: int, kinds: list[str], seconds: float = 190.0) -> None:
    warehouse.insert_block("s", block, f"attempt {next(_attempts)}", [batch(block, kinds, seconds)])


def days(warehouse: Warehouse) -> list[Any]:
    return [row["day"] for row in warehouse.query("loading/event_days")]


def give_up(unlucky: Warehouse, line: Proxy, words: bytes, what: Callable[[Warehouse], object]) -> None:
    """Have this done, and its statement with these words kept back."""
    line.keep_back(words)
    with pytest.raises(WarehouseUnavailable):
        what(unlucky)
    assert line.has_kept


class Killed(BaseException):
    """The worker dies here."""


def die_at(failpoint: str) -> Callable[[str], None]:
    def reached(name: str) -> None:
        if name == failpoint:
            raise Killed

    return reached


def deliver_at(monkeypatch: pytest.MonkeyPatch, line: Proxy, module: Any, failpoint: str) -> None:
    def reached(name: str) -> None:
        if name == failpoint and line.has_kept:
            line.deliver()

    monkeypatch.setattr(module, "failpoint", reached)


def assert_all_is_right(warehouse: Warehouse, expected: dict[int, int]) -> None:
    held = select(warehouse, "SELECT block, count() AS n FROM events GROUP BY block")
    assert {row["block"]: row["n"] for row in held} == expected
    assert warehouse.differing_days(days(warehouse)) == []
    wrong = (
        "SELECT count() AS n FROM events LEFT ANY JOIN (SELECT * FROM known_length FINAL) AS known USING (asset_id) "
        "WHERE type = 'stop' AND completed != (duration >= 0.9 * known.length)"
    )
    assert select(warehouse, wrong) == [{"n": 0}]


def test_an_insert_that_arrives_late_stores_nothing(worker: Warehouse, unlucky: Warehouse, line: Proxy) -> None:
    give_up(unlucky, line, b"INSERT INTO `inbox`", lambda it: load(it, 3, ["play"] * 4))
    worker.raise_fence()
    assert worker.count_block("s", 3, NOW, NOW) == 0
    load(worker, 3, ["play"] * 4)
    worker.judge_stops()
    line.deliver()
    assert_all_is_right(worker, {1: 3, 2: 2, 3: 4})


def test_a_worker_that_lost_the_lock_deletes_and_judges_nothing_more(worker: Warehouse, unlucky: Warehouse) -> None:
    """As it does not know: its line to the control database broke, and the other one took the lock."""
    unlucky.raise_fence()
    worker.raise_fence()
    unlucky.delete_block("s", 1, NOW, NOW)
    unlucky.delete_batch("s", 2)
    unlucky.judge_stops()
    worker.judge_stops()
    assert_all_is_right(worker, {1: 3, 2: 2})


@pytest.mark.parametrize("what", ["a block", "a batch"])
def test_a_delete_that_arrives_late_deletes_nothing(
    worker: Warehouse, unlucky: Warehouse, line: Proxy, what: str
) -> None:
    deletes = {"a block": lambda it: it.delete_block("s", 1, NOW, NOW), "a batch": lambda it: it.delete_batch("s", 1)}
    unlucky.raise_fence()
    give_up(unlucky, line, b"DELETE FROM events", deletes[what])
    worker.raise_fence()
    worker.judge_stops()
    line.deliver()
    assert_all_is_right(worker, {1: 3, 2: 2})


@pytest.mark.parametrize("words", ["UPDATE completed", "SELECT project, asset_id, length, 1, version + 1"])
def test_a_judging_that_arrives_late_takes_no_stop_from_the_next_one(
    worker: Warehouse, unlucky: Warehouse, line: Proxy, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Else the next one finds nothing to judge, and no rollup is made anew."""
    unlucky.raise_fence()
    give_up(unlucky, line, words.encode(), lambda it: it.judge_stops())
    worker.raise_fence()
    worker.judge_stops()
    assert_all_is_right(worker, {1: 3, 2: 2})
    load(worker, 3, ["play"] * 9, seconds=400.0)  # a length that completes no stop
    deliver_at(monkeypatch, line, lengths, "lengths.learned")
    worker.raise_fence()
    worker.judge_stops()
    assert not line.has_kept
    assert_all_is_right(worker, {1: 3, 2: 2, 3: 9})


@pytest.mark.parametrize(
    "late",
    [
        ("CREATE TABLE track_day_rebuild", "rebuild.filled"),
        ("INSERT INTO track_day_rebuild", "rebuild.made"),
        ("ALTER TABLE track_day REPLACE", "rebuild.filled"),
        ("ALTER TABLE track_day REPLACE", "rebuild.swapped"),
    ],
)
def test_a_rebuild_that_arrives_late_touches_no_other(
    worker: Warehouse, unlucky: Warehouse, line: Proxy, monkeypatch: pytest.MonkeyPatch, late: tuple[str, str]
) -> None:
    """Of each pair: which statement comes late, and at which moment of the next rebuild."""
    words, at = late
    worker.judge_stops()
    command(worker, "TRUNCATE TABLE track_day")
    unlucky.raise_fence()
    give_up(unlucky, line, words.encode(), lambda it: it.repair_days(days(worker)))
    worker.raise_fence()
    load(worker, 3, ["play"] * 4)
    deliver_at(monkeypatch, line, rollups, at)
    worker.repair_days(days(worker))
    if line.has_kept:  # nothing was left to rebuild
        line.deliver()
    assert_all_is_right(worker, {1: 3, 2: 2, 3: 4})
    worker.repair_days([])
    assert select(worker, "SELECT name FROM system.tables WHERE name LIKE '%rebuild%'") == []


def test_a_swap_that_arrives_late_finds_nothing_although_nobody_repaired_meanwhile(
    worker: Warehouse, unlucky: Warehouse, line: Proxy
) -> None:
    """The month was right; only loading went on since."""
    unlucky.raise_fence()
    give_up(unlucky, line, b"ALTER TABLE track_day REPLACE", lambda it: it.judge_stops())
    worker.raise_fence()
    load(worker, 3, ["play"] * 4)
    line.deliver()
    assert select(worker, "SELECT sum(events) AS n FROM track_day") == [{"n": 9}]


def test_a_length_that_is_learned_in_passing_and_arrives_late_hides_no_judging_that_was_cut_short(
    worker: Warehouse, unlucky: Warehouse, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in ("known_length", "events", *rollups.ROLLUPS):
        command(worker, f"TRUNCATE TABLE {table}")
    load(worker, 1, ["stop"] * 3)
    give_up(unlucky, line, b"INSERT INTO `known_length`", lambda it: load(it, 3, ["play"] * 4))
    worker.raise_fence()
    with monkeypatch.context() as patch:  # a large block, of which nothing is learned in passing
        patch.setattr(batches, "_LOOKED_AT_BYTES", 0)
        load(worker, 3, ["play"] * 4)
    worker.raise_fence()
    with monkeypatch.context() as patch:
        patch.setattr(lengths, "failpoint", die_at("lengths.judged_days"))
        with pytest.raises(Killed):
            worker.judge_stops()
    line.deliver()
    worker.raise_fence()
    worker.judge_stops()
    assert_all_is_right(worker, {1: 3, 3: 4})


def test_what_a_worker_of_an_older_version_inserts_is_an_error_and_stores_nothing(
    worker: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sends no token; it is to wait, not to set its events aside."""
    monkeypatch.setattr(worker._fence, "token", lambda: 0)
    with pytest.raises(WarehouseUnavailable, match="A worker of an older version still runs"):
        load(worker, 3, ["play"])
    assert worker.count_block("s", 3, NOW, NOW) == 0


def test_a_month_that_is_emptied_late_stays(worker: Warehouse, unlucky: Warehouse, line: Proxy) -> None:
    worker.judge_stops()
    month = days(worker)
    for block in (1, 2):
        worker.delete_block("s", block, NOW, NOW)
    unlucky.raise_fence()
    give_up(unlucky, line, b"DELETE FROM {rollup:Identifier}", lambda it: it.repair_days(month))
    worker.raise_fence()
    load(worker, 3, ["play"] * 4)
    worker.repair_days(month)
    worker.judge_stops()
    line.deliver()
    assert_all_is_right(worker, {3: 4})
