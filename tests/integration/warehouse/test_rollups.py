"""Rollups: equal to a recount, compared with the base table, and mended when they are not."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.warehouse import ROLLUPS, LoadBatch
from support.counting import DAY, ENDS, HOUR, NOW, Events, Sent, load_batches, random_requests
from support.store import command, days_of_block, select

if TYPE_CHECKING:
    from audioscape_server.warehouse import Warehouse

PAGE: dict[str, Any] = {"sort": "plays", "descending": 1, "limit": 100, "offset": 0}
PERIOD = {"since": NOW - 9 * DAY, "until": NOW + HOUR}


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
    """All that the rollups answer, to the byte."""
    hours = {
        "whole_from": math.ceil(PERIOD["since"] / HOUR) * HOUR,
        "whole_to": math.floor(PERIOD["until"] / HOUR) * HOUR,
    }
    days = {"whole_from": math.ceil(PERIOD["since"] / DAY) * DAY, "whole_to": math.floor(PERIOD["until"] / DAY) * DAY}
    found = []
    for project in ("alpha", "beta"):
        common: dict[str, Any] = {"project": project, **PERIOD}
        found += [
            warehouse.query("read/activity", universe=None, place=None, interval="hour", **common, **hours),
            warehouse.query("read/experiences", **PAGE, **common, **hours),
            warehouse.query("read/tracks", universe=None, **PAGE, **common, **days),
            warehouse.query("read/search_queries", universe=None, limit=100, offset=0, **common, **days),
        ]
    found += [select(warehouse, f"SELECT * FROM ({contents(rollup)}) ORDER BY ALL") for rollup in ROLLUPS]
    # Sums of seconds differ in the last bits with the order of summing.
    return json.dumps(
        [
            [
                {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}
                for row in rows
            ]
            for rows in found
        ],
        default=str,
    )


def contents(rollup: str) -> str:
    """What a rollup holds by its keys, its states worked out."""
    merges = {
        "activity_hour": "hour, universe, place, type, sumKahanMerge(listened_seconds) AS listened, "
        "uniqExactMerge(players) AS seen",
        "asset_day": "asset_id, key, universe, uniqExactMerge(listeners) AS heard, uniqExactMerge(played) AS began, "
        "uniqExactMerge(ended_0 + ended_5) AS ended, uniqExactMerge(skipped_early) AS early",
        "search_day": "folded_query, query, asset_id, rank, key, uniqExactMerge(players) AS seen",
        "custom_day": "type, universe, uniqExactMerge(players) AS seen",
        "track_length_day": "asset_id, duration",
    }
    return f"SELECT project, day, {merges[rollup]}, sum(events) AS n FROM {rollup} GROUP BY ALL"


def test_rollups_agree_with_the_base_table_after_loading(warehouse: Warehouse) -> None:
    events = load(warehouse)
    assert len(days_of(events)) > 7
    assert warehouse.differing_days(days_of(events)) == []


def damage(warehouse: Warehouse, rollup: str, kind: str) -> date:
    """Spoil the busiest day of a rollup and return it."""
    [busiest] = select(warehouse, f"SELECT day FROM {rollup} GROUP BY day ORDER BY count() DESC, day LIMIT 1")
    day = busiest["day"]
    [table] = select(
        warehouse, f"SELECT sorting_key FROM system.tables WHERE database = currentDatabase() AND name = '{rollup}'"
    )
    rows = f"SELECT * FROM {rollup} WHERE day = '{day}' ORDER BY {table['sorting_key']}"
    spoiled = {
        "lost": f"{rows} LIMIT 1000000 OFFSET 1",
        "doubled": f"SELECT * FROM ({rows}) UNION ALL SELECT * FROM ({rows} LIMIT 1)",
        # As many events as before, but of other keys.
        "swapped": f"SELECT * REPLACE (events + 1 AS events) FROM ({rows} LIMIT 1) "
        f"UNION ALL SELECT * REPLACE (events - 1 AS events) FROM ({rows} LIMIT 1 OFFSET 1) "
        f"UNION ALL SELECT * FROM ({rows} LIMIT 1000000 OFFSET 2)",
    }[kind]
    command(warehouse, f"OPTIMIZE TABLE {rollup} PARTITION '{day}' FINAL")
    command(warehouse, f"CREATE TABLE spoiled AS {rollup}")
    command(warehouse, f"INSERT INTO spoiled {spoiled}")
    command(warehouse, f"ALTER TABLE {rollup} REPLACE PARTITION '{day}' FROM spoiled")
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
    assert warehouse.differing_days(days) == []


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
    assert [select(warehouse, f"SELECT count() AS n FROM {rollup}") for rollup in ROLLUPS] == [[{"n": 0}]] * 5


def test_only_the_days_that_were_asked_for_are_repaired(warehouse: Warehouse) -> None:
    days = days_of(load(warehouse))
    command(warehouse, "TRUNCATE TABLE activity_hour")
    assert {difference.day for difference in warehouse.repair_days(days[:2])} == set(days[:2])
    assert {difference.day for difference in warehouse.differing_days(days)} == set(days[2:])


def test_a_repair_that_was_cut_short_does_not_hinder_the_next(warehouse: Warehouse) -> None:
    days = days_of(load(warehouse))
    sound = answers(warehouse)
    command(warehouse, "CREATE TABLE activity_hour_rebuild AS activity_hour")
    command(warehouse, "INSERT INTO activity_hour_rebuild SELECT * FROM activity_hour")
    command(warehouse, "TRUNCATE TABLE activity_hour")
    warehouse.repair_days(days)
    assert answers(warehouse) == sound


def test_repairing_sound_days_changes_nothing(warehouse: Warehouse) -> None:
    assert warehouse.repair_days(days_of(load(warehouse))) == []


def listener(event: Sent) -> tuple[Any, ...]:
    """Who counts in the sets that scores use: the player by key, or a pseudo-player for those without."""
    if event.player_id:
        return (event.key, event.player_id)
    return ("anonymous", event.key, event.universe, event.place, math.floor(event.timestamp / HOUR))


def test_asset_day_counts_the_players_that_scores_need(warehouse: Warehouse) -> None:
    events = load(warehouse)
    merged = ", ".join(
        f"uniqExactMerge({columns}) AS {name}"
        for name, columns in {
            "played": "played",
            "ended": "ended_0 + ended_5 + ended_10 + ended_15 + ended_20 + ended_30",
            "over_5": "ended_5 + ended_10 + ended_15 + ended_20 + ended_30",
            "over_10": "ended_10 + ended_15 + ended_20 + ended_30",
            "over_15": "ended_15 + ended_20 + ended_30",
            "over_20": "ended_20 + ended_30",
            "over_30": "ended_30",
            "skipped_early": "skipped_early",
            "queued": "queued",
            "clicked": "clicked",
        }.items()
    )
    sums = (
        "events",
        "plays",
        "stops",
        "skips",
        "up_votes",
        "down_votes",
        "favorites",
        "unfavorites",
        "queue_adds",
        "search_clicks",
    )
    totals = ", ".join(f"sum({name}) AS n_{name}" for name in sums)
    found = {
        (row["project"], row["day"], row["asset_id"], row["key"], row["universe"]): row
        for row in select(
            warehouse,
            f"SELECT project, day, asset_id, key, universe, {totals}, {merged}, "
            "uniqExactMerge(listeners) AS listeners, "
            "round(sumKahanMerge(listened_seconds), 6) AS listened_seconds "
            "FROM asset_day GROUP BY project, day, asset_id, key, universe",
        )
    }
    groups: dict[tuple[Any, ...], list[Sent]] = defaultdict(list)
    for event in events:
        if event.asset_id is not None:
            day = datetime.fromtimestamp(event.timestamp, UTC).date()
            groups[event.project, day, event.asset_id, event.key, event.universe].append(event)
    assert found.keys() == groups.keys()
    for key, group in groups.items():
        types = Counter(event.type for event in group)
        votes = Counter(event.value for event in group if event.type == "vote")
        ends = [event for event in group if event.type in ENDS]

        def over(seconds: float, ends: list[Sent] = ends) -> int:
            return len({listener(event) for event in ends if (event.duration or 0) >= seconds})

        def who(*kinds: str, group: list[Sent] = group) -> int:
            return len({listener(event) for event in group if event.type in kinds})

        early = [event for event in ends if event.type == "skip" and event.duration is not None and event.duration < 30]
        assert {
            name: value
            for name, value in found[key].items()
            if name not in {"project", "day", "asset_id", "key", "universe"}
        } == {
            "n_events": len(group),
            "n_plays": types["play"],
            "n_stops": types["stop"],
            "n_skips": types["skip"],
            "n_up_votes": votes["up"],
            "n_down_votes": votes["down"],
            "n_favorites": types["favorite"],
            "n_unfavorites": types["unfavorite"],
            "n_queue_adds": types["add_to_queue"],
            "n_search_clicks": types["search_click"],
            "played": who("play"),
            "ended": who("stop", "skip"),
            "over_5": over(5),
            "over_10": over(10),
            "over_15": over(15),
            "over_20": over(20),
            "over_30": over(30),
            "skipped_early": len({listener(event) for event in early}),
            "queued": who("add_to_queue"),
            "clicked": who("search_click"),
            "listeners": len({event.player_id for event in group if event.type in ("play", "stop", "skip")} - {""}),
            "listened_seconds": round(math.fsum(event.duration or 0 for event in ends), 6),
        }


def test_finished_listens_are_told_apart_at_exactly_these_seconds(warehouse: Warehouse) -> None:
    listens = {
        "ended_0": (None, 0, 4.999), "ended_5": (5, 9.999), "ended_10": (10, 14.999), "ended_15": (15, 19.999),
        "ended_20": (20, 29.999), "ended_30": (30, 4_000),
    }  # fmt: skip
    events = [
        [kind, 1, NOW, f"{kind} {seconds}", seconds, "", ""]
        for group in listens.values()
        for seconds in group
        for kind in ENDS
    ]
    row = LoadBatch(1, "p", "k", 0, 0, NOW, len(events), json.dumps(events).encode())
    warehouse.insert_block("s", 1, 0, [row])
    names = [*listens, "skipped_early", "listeners"]
    columns = ", ".join(f"uniqExactMerge({name}) AS {name}_n" for name in names)
    [found] = select(warehouse, f"SELECT {columns} FROM asset_day")
    expected = {name: 2 * len(group) for name, group in listens.items()}
    # A skip without a duration may have come at any time: it is not early.
    assert list(found.values()) == [*expected.values(), 10, len(events)]


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
        "SELECT project, day, universe, type, sum(events) AS n, uniqExactMerge(players) AS seen "
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
    assert select(warehouse, "SELECT length FROM track_length") == [{"length": length}]
