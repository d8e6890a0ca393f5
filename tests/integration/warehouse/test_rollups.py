"""Rollups: equal to a recount, compared with the base table, and mended when they are not."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.warehouse import ROLLUPS, LoadBatch
from support.counting import DAY, NOW, Events, Sent, load_batches, random_requests
from support.store import command, days_of_block, select

if TYPE_CHECKING:
    from audioscape_server.warehouse import Warehouse

PLAYERS = "0023_players_of_days"


def load(warehouse: Warehouse) -> Events:
    """Load blocks of random events, late ones among them."""
    requests = random_requests(seed=3, count=90)
    for block in range(3):
        rows = load_batches(requests[block * 30 : (block + 1) * 30], first=block * 30 + 1)
        warehouse.insert_block("s", block, 0, rows)
    return Events(event for request in requests for event in request)


def days_of(events: list[Sent]) -> list[date]:
    return sorted({datetime.fromtimestamp(event.timestamp, UTC).date() for event in events})


def answers(warehouse: Warehouse) -> str:
    """All that the rollups hold."""
    found = [select(warehouse, f"SELECT * FROM ({contents(rollup)}) ORDER BY ALL") for rollup in ROLLUPS]
    return json.dumps(found, default=str)


def contents(rollup: str) -> str:
    """What a rollup holds by its keys, its sets as how many they are."""
    sums = (
        "sum(plays), sum(stops), sum(skips), sum(completed), sum(up_votes), sum(down_votes), sum(favorites), "
        "sum(unfavorites), sum(queue_adds), sum(search_clicks), sum(listened_micros)"
    )
    merges = {
        "project_hour": f"hour, {sums}, groupBitmapMerge(listeners) AS seen",
        "project_day": f"{sums}, groupBitmapMerge(listeners) AS seen",
        "place_day": f"universe, place, key, {sums}, uniqExactArray(listeners) AS seen",
        "track_day": f"asset_id, {sums}, uniqExactArray(listeners) AS seen, sumMap(stopped_at), sumMap(skipped_at)",
        "search_day": "folded_query, query, asset_id, rank, key, uniqExactArray(players) AS seen",
        "custom_day": "type, universe, uniqExactArray(players) AS seen",
        "track_length_day": "asset_id, duration",
    }
    return f"SELECT project, day, {merges[rollup]}, sum(events) AS n FROM {rollup} GROUP BY ALL"


def test_rollups_agree_with_the_base_table_after_loading(warehouse: Warehouse) -> None:
    events = load(warehouse)
    assert len(days_of(events)) > 7
    assert warehouse.differing_days(days_of(events)) == []


def require_all_players(warehouse: Warehouse, events: Events) -> None:
    """The rollups know everybody who was there on a day, whatever they did, and the clicks of nobody."""
    present, unnamed = defaultdict[tuple[str, date], set[str]](set), Counter[str]()
    for event in events:
        if event.player_id:
            present[event.project, datetime.fromtimestamp(event.timestamp, UTC).date()].add(event.player_id)
        elif event.type == "search_click":
            unnamed[event.project] += 1
    told = select(
        warehouse,
        "SELECT project, day, uniqExactArray(arrayConcat(listeners, others)) AS n "
        "FROM place_day GROUP BY ALL HAVING n > 0",
    )
    assert {(row["project"], row["day"]): row["n"] for row in told} == {of: len(who) for of, who in present.items()}
    clicks = select(warehouse, "SELECT project, sum(unnamed) AS n FROM search_day GROUP BY project HAVING n > 0")
    assert unnamed == {row["project"]: row["n"] for row in clicks} != {}


def test_rollups_know_who_was_there_without_listening(warehouse: Warehouse) -> None:
    events = load(warehouse)
    require_all_players(warehouse, events)
    command(warehouse, "OPTIMIZE TABLE place_day FINAL")
    require_all_players(warehouse, events)


def test_who_listens_in_a_block_is_kept_once_of_it(warehouse: Warehouse) -> None:
    warehouse.insert_block("s", 0, 0, load_batches(random_requests(seed=3, count=90)))
    [twice] = select(warehouse, "SELECT sum(length(arrayIntersect(listeners, others))) AS n FROM place_day")
    assert twice["n"] == 0


def test_an_upgrade_tells_the_rollups_who_was_there(warehouse: Warehouse) -> None:
    events = load(warehouse)
    command(warehouse, "ALTER TABLE place_day DROP COLUMN others SETTINGS mutations_sync = 1")
    command(warehouse, "ALTER TABLE search_day DROP COLUMN unnamed SETTINGS mutations_sync = 1")
    command(warehouse, f"ALTER TABLE migrations DELETE WHERE name = '{PLAYERS}' SETTINGS mutations_sync = 1")
    assert warehouse.migrate() == [PLAYERS]
    require_all_players(warehouse, events)
    assert warehouse.differing_days(days_of(events)) == []


def damage(warehouse: Warehouse, rollup: str, kind: str) -> date:
    """Spoil the busiest day of a rollup and return it."""
    [busiest] = select(warehouse, f"SELECT day FROM {rollup} GROUP BY day ORDER BY count() DESC, day LIMIT 1")
    day = busiest["day"]
    [table] = select(
        warehouse, f"SELECT sorting_key FROM system.tables WHERE database = currentDatabase() AND name = '{rollup}'"
    )
    rows = f"SELECT * FROM {rollup} WHERE day = '{day}' ORDER BY {table['sorting_key']}"
    others = f"SELECT * FROM {rollup} WHERE toYYYYMM(day) = {day:%Y%m} AND day != '{day}'"
    spoiled = {
        "lost": f"{rows} LIMIT 1000000 OFFSET 1",
        "doubled": f"SELECT * FROM ({rows}) UNION ALL SELECT * FROM ({rows} LIMIT 1)",
        # As many events as before, but of other keys.
        "swapped": f"SELECT * REPLACE (events + 1 AS events) FROM ({rows} LIMIT 1) "
        f"UNION ALL SELECT * REPLACE (events - 1 AS events) FROM ({rows} LIMIT 1 OFFSET 1) "
        f"UNION ALL SELECT * FROM ({rows} LIMIT 1000000 OFFSET 2)",
    }[kind]
    command(warehouse, f"OPTIMIZE TABLE {rollup} PARTITION {day:%Y%m} FINAL")
    command(warehouse, f"CREATE TABLE spoiled AS {rollup}")
    command(warehouse, f"INSERT INTO spoiled {spoiled}")
    command(warehouse, f"INSERT INTO spoiled {others}")
    command(warehouse, f"ALTER TABLE {rollup} REPLACE PARTITION {day:%Y%m} FROM spoiled")
    command(warehouse, "DROP TABLE spoiled SYNC")
    return day


@pytest.mark.parametrize("kind", ["lost", "doubled", "swapped"])
def test_damage_is_found_where_it_is_and_mended_to_the_byte(warehouse: Warehouse, kind: str) -> None:
    days = days_of(load(warehouse))
    sound = answers(warehouse)
    damaged = {(rollup, damage(warehouse, rollup, kind)) for rollup in ROLLUPS}
    assert answers(warehouse) != sound

    repaired = warehouse.repair_days(days)
    assert {(difference.rollup, difference.day) for difference in repaired} == damaged
    assert all(set(difference.projects) <= {"alpha", "beta"} for difference in repaired)
    assert answers(warehouse) == sound
    assert warehouse.differing_days(days, sets=True) == []


#: By rollup and column: what makes a row tell of another player, or of another second, with all sums as they are.
_OTHERS = {
    ("project_hour", "listeners"): "groupBitmapState(toUInt32(7))",
    ("project_day", "listeners"): "groupBitmapState(toUInt32(7))",
    ("place_day", "listeners"): "[toUInt64(7)]",
    ("place_day", "others"): "[toUInt64(7)]",
    ("track_day", "listeners"): "[toUInt64(7)]",
    ("track_day", "stopped_at"): "map(toUInt16(7), toUInt64(1))",
    ("track_day", "skipped_at"): "map(toUInt16(7), toUInt64(1))",
    ("search_day", "players"): "[toUInt64(7)]",
    ("custom_day", "players"): "[toUInt64(7)]",
}


@pytest.mark.parametrize(("rollup", "column"), _OTHERS)
def test_who_was_there_is_compared_too(warehouse: Warehouse, rollup: str, column: str) -> None:
    days = days_of(load(warehouse))
    sound = answers(warehouse)
    [row] = select(
        warehouse,
        f"SELECT sorting_key AS keys FROM system.tables WHERE database = currentDatabase() AND name = '{rollup}'",
    )
    keys = ", ".join({**dict.fromkeys(row["keys"].split(", ")), "day": None})
    [busiest] = select(warehouse, f"SELECT day FROM {rollup} GROUP BY day ORDER BY count() DESC, day LIMIT 1")
    key = f"SELECT {keys} FROM {rollup} WHERE day = '{busiest['day']}' ORDER BY ALL LIMIT 1"
    command(
        warehouse,
        f"INSERT INTO {rollup} ({keys}, {column}) "
        f"SELECT {keys}, {_OTHERS[rollup, column]} FROM ({key}) GROUP BY {keys}",
    )
    assert warehouse.differing_days(days) == []
    found = warehouse.differing_days(days, sets=True)
    assert [(one.rollup, one.day) for one in found] == [(rollup, busiest["day"])]
    warehouse.repair_days(days, sets=True)
    assert warehouse.differing_days(days, sets=True) == []
    assert answers(warehouse) == sound


def test_another_in_the_place_of_one_is_told(warehouse: Warehouse) -> None:
    days = days_of(load(warehouse))
    command(
        warehouse,
        "ALTER TABLE track_day UPDATE listeners = arrayMap(one -> one + 1, listeners) WHERE 1 "
        "SETTINGS mutations_sync = 2",
    )
    assert {one.rollup for one in warehouse.differing_days(days, sets=True)} == {"track_day"}


def test_a_measure_of_a_kind_that_cannot_be_compared_is_no_silent_gap(warehouse: Warehouse) -> None:
    command(warehouse, "ALTER TABLE custom_day ADD COLUMN longest SimpleAggregateFunction(max, UInt64)")
    with pytest.raises(ValueError, match=r"SimpleAggregateFunction\(max, UInt64\), which is not compared"):
        warehouse.differing_days(days_of(load(warehouse)))


def test_a_deleted_block_leaves_the_rollups_when_they_are_repaired(warehouse: Warehouse) -> None:
    days = days_of(load(warehouse))
    sound = answers(warehouse)
    warehouse.insert_block("extra", 1, 0, load_batches(random_requests(seed=9, count=20)))
    more = sorted({*days, *days_of_block(warehouse, "extra", 1)})
    assert answers(warehouse) != sound
    warehouse.delete_block("extra", 1, NOW - 3 * DAY, NOW)
    assert {difference.rollup for difference in warehouse.differing_days(more)} == set(ROLLUPS)
    warehouse.repair_days(more)
    assert answers(warehouse) == sound


def test_a_day_without_events_is_emptied(warehouse: Warehouse) -> None:
    warehouse.insert_block("s", 1, 0, load_batches(random_requests(seed=4, count=5)))
    days = days_of_block(warehouse, "s", 1)
    warehouse.delete_block("s", 1, NOW - 3 * DAY, NOW)
    warehouse.repair_days(days)
    assert [select(warehouse, f"SELECT count() AS n FROM {rollup}") for rollup in ROLLUPS] == [[{"n": 0}]] * 7


def test_only_the_days_that_were_asked_for_are_repaired(warehouse: Warehouse) -> None:
    days = days_of(load(warehouse))
    command(warehouse, "TRUNCATE TABLE project_hour")
    assert {difference.day for difference in warehouse.repair_days(days[:2])} == set(days[:2])
    assert {difference.day for difference in warehouse.differing_days(days)} == set(days[2:])


def test_a_repair_that_was_cut_short_does_not_hinder_the_next(warehouse: Warehouse) -> None:
    days = days_of(load(warehouse))
    sound = answers(warehouse)
    command(warehouse, "CREATE TABLE project_hour_rebuild AS project_hour")
    command(warehouse, "INSERT INTO project_hour_rebuild SELECT * FROM project_hour")
    command(warehouse, "TRUNCATE TABLE project_hour")
    warehouse.repair_days(days)
    assert answers(warehouse) == sound


def test_repairing_sound_days_changes_nothing(warehouse: Warehouse) -> None:
    assert warehouse.repair_days(days_of(load(warehouse)), sets=True) == []


def test_custom_day_counts_each_type_that_is_not_built_in(warehouse: Warehouse) -> None:
    events = load(warehouse)
    expected = defaultdict(set)
    counts: Counter[tuple[Any, ...]] = Counter()
    for event in events:
        if event.type in ("Play", "boss_fight"):
            key = (event.project, datetime.fromtimestamp(event.timestamp, UTC).date(), event.universe, event.type)
            counts[key] += 1
            expected[key] |= {event.player_id} - {""}
    rows = select(
        warehouse,
        "SELECT project, day, universe, type, sum(events) AS n, uniqExactArray(players) AS seen "
        "FROM custom_day GROUP BY project, day, universe, type",
    )
    found = {(row["project"], row["day"], row["universe"], row["type"]): (row["n"], row["seen"]) for row in rows}
    assert found == {key: (count, len(expected[key])) for key, count in counts.items()}


@pytest.mark.parametrize(
    ("durations", "length"),
    [
        ([100], 100.0),
        ([100, 200], 150.0),
        ([100, 100, 200], 100.0),
        ([1, 2, 3, 1000], 2.5),
        ([0.1, 0.2], (0.1 + 0.2) / 2),
        ([5] * 999 + [7] * 999, 6.0),
        ([5] * 1000 + [7] * 999, 5.0),
        ([5] * 999 + [7] * 1000, 7.0),
    ],
)
def test_the_length_of_a_track_is_the_exact_median_over_all_days(
    warehouse: Warehouse, durations: list[float], length: float
) -> None:
    events = [["play", 1, NOW - n % 7 * DAY, "", duration, "", ""] for n, duration in enumerate(durations)]
    events.append(["play", 1, NOW, "", None, "", ""])
    events.append(["stop", 1, NOW, "", 9_999.0, "", ""])
    row = LoadBatch(1, "p", "k", 0, 0, NOW, len(events), json.dumps(events).encode())
    warehouse.insert_block("s", 1, 0, [row])
    warehouse.judge_stops()
    assert select(warehouse, "SELECT length FROM known_length FINAL") == [{"length": length}]
