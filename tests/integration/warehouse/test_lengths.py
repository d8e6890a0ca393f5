"""Lengths of tracks: learned from plays, and every stop judged by them in the end, in whatever order events came."""

from __future__ import annotations

import json
import random
import statistics
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server import failpoints
from audioscape_server.warehouse import ROLLUPS, LoadBatch, Warehouse, lengths, migrate, rollups
from audioscape_server.warehouse.statements import statement
from support.counting import DAY, NOW, load_batches, random_requests
from support.store import command, select
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

LEARNING = "0010_answers"
EVENTS = "SELECT * FROM events ORDER BY ALL"


def event(kind: str, seconds: float | None, asset: int = 1, age: float = 0) -> list[Any]:
    return [kind, asset, NOW - age, "p1", seconds, "", ""]


def load(warehouse: Warehouse, block: int, *events: list[Any], project: str = "p") -> None:
    batch = LoadBatch(block, project, "k", 1, 2, NOW, len(events), json.dumps(events).encode())
    warehouse.insert_block("s", block, 0, [batch])


def completed(warehouse: Warehouse) -> dict[tuple[str, int], int]:
    """How many stops of each track count as completed, the same in the events and in every rollup."""
    rows = select(
        warehouse,
        "SELECT project, assumeNotNull(asset_id) AS asset, sum(completed) AS n FROM events GROUP BY ALL HAVING n > 0",
    )
    for rollup in ("project_hour", "project_day", "place_day", "track_day"):
        [told] = select(warehouse, f"SELECT sum(completed) AS n FROM {rollup}")
        assert told["n"] == sum(row["n"] for row in rows), rollup
    return {(row["project"], row["asset"]): row["n"] for row in rows}


def length(warehouse: Warehouse, asset: int = 1) -> float | None:
    [known] = warehouse.query("read/track_known", project="p", asset_id=asset) or [{"length": None}]
    return known["length"]


def all_days(warehouse: Warehouse) -> list[Any]:
    return [row["day"] for row in warehouse.query("loading/event_days")]


def test_a_stop_is_judged_when_it_is_loaded_by_the_length_that_is_known(warehouse: Warehouse) -> None:
    load(warehouse, 1, event("play", 200.0))
    assert warehouse.judge_stops() == []
    load(warehouse, 2, event("stop", 180.0), event("stop", 179.9), event("skip", 200.0), event("stop", None))
    assert completed(warehouse) == {("p", 1): 1}


def test_a_stop_is_judged_at_once_beside_the_first_play_of_its_track(warehouse: Warehouse) -> None:
    load(warehouse, 1, event("play", 100.0), event("stop", 190.0), event("play", 300.0), event("stop", 170.0))
    assert completed(warehouse) == {("p", 1): 1}
    assert length(warehouse) == 200.0
    assert warehouse.judge_stops() == []


def test_a_length_taken_from_one_block_is_no_sign_of_a_judging_that_was_cut_short(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every new track would have all rollups of its days compared."""
    load(warehouse, 1, event("play", 100.0), event("stop", 100.0))
    monkeypatch.setattr(rollups, "repair", lambda *_: pytest.fail("rollups were compared without a reason"))
    assert warehouse.judge_stops() == []


def test_stops_that_came_before_the_length_are_judged_when_it_is_learned(warehouse: Warehouse) -> None:
    load(warehouse, 1, event("stop", 190.0, age=3 * DAY), event("stop", 100.0), event("stop", 190.0, asset=2))
    assert warehouse.judge_stops() == []
    load(warehouse, 2, event("play", 200.0))
    assert len(warehouse.judge_stops()) == 1
    assert completed(warehouse) == {("p", 1): 1}
    assert warehouse.differing_days(all_days(warehouse)) == []


def test_all_stops_follow_a_length_that_moved_by_more_than_a_hundredth(warehouse: Warehouse) -> None:
    load(warehouse, 1, event("play", 200.0), event("stop", 180.5), event("stop", 99.0))
    warehouse.judge_stops()
    assert completed(warehouse) == {("p", 1): 1}
    load(warehouse, 2, event("play", 202.0), event("play", 202.0))
    assert warehouse.judge_stops() == []
    assert length(warehouse) == 200.0
    load(warehouse, 3, *[event("play", 110.0)] * 4)
    assert len(warehouse.judge_stops()) == 1
    assert length(warehouse) == 110.0
    assert completed(warehouse) == {("p", 1): 2}
    load(warehouse, 4, *[event("play", 400.0)] * 9)
    warehouse.judge_stops()
    assert completed(warehouse) == {}


def test_a_track_of_no_length_is_completed_by_any_stop_that_says_how_long(warehouse: Warehouse) -> None:
    load(warehouse, 1, event("play", 0.0), event("stop", 0.0), event("stop", None))
    warehouse.judge_stops()
    assert completed(warehouse) == {("p", 1): 1}
    assert warehouse.judge_stops() == []


def test_the_same_asset_of_another_project_has_a_length_of_its_own(warehouse: Warehouse) -> None:
    load(warehouse, 1, event("play", 200.0), event("stop", 100.0))
    load(warehouse, 2, event("play", 100.0), event("stop", 100.0), project="q")
    warehouse.judge_stops()
    assert completed(warehouse) == {("q", 1): 1}


@pytest.mark.parametrize(("seed", "at_once"), [(0, 1), (1, 9), (2, 1_000_000)])
def test_in_whatever_order_events_come_the_end_is_the_same(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, seed: int, at_once: int
) -> None:
    monkeypatch.setattr(lengths, "STOPS_AT_ONCE", at_once)
    rng = random.Random(seed)
    plays = [event("play", rng.choice((100.0, 200.0, 300.0)), asset) for asset in (1, 2) for _ in range(15)]
    stops = [event("stop", rng.uniform(0, 300), asset, age=rng.randrange(6) * DAY) for asset in (1, 2, 3) * 10]
    events = plays + stops
    rng.shuffle(events)
    for block in range(6):
        load(warehouse, block, *events[block::6])
        warehouse.judge_stops()
    medians = {asset: statistics.median(play[4] for play in plays if play[1] == asset) for asset in (1, 2)}
    assert {asset: length(warehouse, asset) for asset in (1, 2)} == medians
    expected = {
        ("p", asset): sum(stop[1] == asset and stop[4] >= 0.9 * medians[asset] for stop in stops) for asset in (1, 2)
    }
    assert completed(warehouse) == {name: count for name, count in expected.items() if count}
    assert warehouse.differing_days(all_days(warehouse)) == []


@pytest.mark.parametrize("step", ["lengths.learned", "lengths.judged_days", "rebuild.filled", "lengths.rebuilt"])
def test_what_was_cut_short_is_done_by_the_next_call(warehouse: Warehouse, step: str) -> None:
    load(warehouse, 1, event("stop", 190.0, age=2 * DAY), event("stop", 190.0))
    load(warehouse, 2, event("play", 200.0))
    failpoints.arm({failpoints.VARIABLE: f"{step}:raise"})
    try:
        with pytest.raises(OSError, match=step):
            warehouse.judge_stops()
    finally:
        failpoints.arm({})
    warehouse.judge_stops()
    assert completed(warehouse) == {("p", 1): 2}
    assert warehouse.differing_days(all_days(warehouse)) == []


def test_a_judging_that_is_asked_for_twice_before_it_is_done_judges_once(warehouse: Warehouse) -> None:
    """One was cut short, and goes on beside the next; the engine takes both in one pass over a part."""
    load(warehouse, 1, event("stop", 190.0), event("stop", 10.0))
    load(warehouse, 2, event("play", 200.0))
    token = warehouse._fence.token()
    lengths.learn(warehouse._connections)
    command(warehouse, "SYSTEM STOP MERGES events")
    for _ in range(2):
        warehouse._connections.command(
            statement("lengths/judge_days"), {"days": all_days(warehouse), "token": token}, {"mutations_sync": 0}
        )
    command(warehouse, "SYSTEM START MERGES events")
    undone = "SELECT count() AS n FROM system.mutations WHERE database = currentDatabase() AND NOT is_done"
    eventually(lambda: select(warehouse, undone), until=lambda rows: rows == [{"n": 0}])
    assert select(warehouse, "SELECT duration FROM events WHERE completed = 1") == [{"duration": 190.0}]


def contents(warehouse: Warehouse) -> list[Any]:
    """All that the rollups hold; sets as how many they are."""
    columns = select(
        warehouse,
        "SELECT table, groupArray(multiIf("
        "startsWith(type, 'AggregateFunction'), format('finalizeAggregation({})', name), "
        "startsWith(type, 'SimpleAggregateFunction(groupUniq'), format('arraySort({})', name), name)) AS read "
        "FROM (SELECT * FROM system.columns WHERE database = currentDatabase() ORDER BY position) "
        f"WHERE table IN {ROLLUPS} GROUP BY table ORDER BY table",
    )
    return [
        select(warehouse, f"SELECT {', '.join(column['read'])} FROM {column['table']} FINAL ORDER BY ALL")
        for column in columns
    ]


def test_a_warehouse_of_the_version_before_gets_all_rollups_wherever_its_migration_was_cut_short(
    older: Callable[[str], Warehouse], warehouse: Warehouse
) -> None:
    requests = random_requests(seed=3, count=60)
    warehouse.insert_block("s", 1, 0, load_batches(requests))
    warehouse.judge_stops()
    [answers] = [migration for migration in migrate.migrations() if migration.name == LEARNING]
    for done in (0, 19, 30, len(answers.statements)):
        old = older(LEARNING)
        old.insert_block("s", 1, 0, load_batches(requests))
        for one in answers.statements[:done]:
            command(old, one)
        old.migrate()
        assert contents(old) == contents(warehouse), f"cut short after {done} statements"
        assert select(old, EVENTS) == select(warehouse, EVENTS)
        assert old.judge_stops() == []
