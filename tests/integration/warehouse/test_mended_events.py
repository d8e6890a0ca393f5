"""What an earlier version stored is mended by a migration: durations beyond reason, and white space in queries."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import Period
from audioscape_server.api.timeline import Timeline
from audioscape_server.warehouse import LoadBatch, Warehouse, migrate
from support.counting import DAY, NOW
from support.store import command, select

if TYPE_CHECKING:
    from collections.abc import Callable

MENDING = "0008_bounded_durations"
#: 400 days, in seconds.
BOUND = 34_560_000.0


def utc_day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


PERIOD = Period(NOW - 6 * DAY, NOW + DAY)


def event(kind: str, seconds: float | None = None, query: str | None = None, age: float = 3 * DAY) -> list[Any]:
    metadata = "" if query is None else json.dumps({"query": query, "rank": 2})
    return [kind, 1, NOW - age, "p1", seconds, "", metadata]


EVENTS = [
    event("play", 200.0), event("play", 1e308), event("play", 1.7e308), event("play", 200.5), event("play", BOUND),
    event("stop", 1e308), event("stop", 1e308), event("stop", 190.0), event("skip", 12.5),
    event("stop", 20.0, age=1.5 * DAY), event("stop", BOUND + 0.5, age=2 * DAY),
    event("search_click", query="lofi\u000bbeats"), event("search_click", query="\u0085Lofi beats\u001c"),
    event("search_click", query="lofi beats", age=1.6 * DAY),
]  # fmt: skip


def load(warehouse: Warehouse) -> None:
    rows = [LoadBatch(1, "p", "k", 0, 0, NOW, len(EVENTS), json.dumps(EVENTS).encode())]
    warehouse.insert_block("s", 1, 0, rows)


def load_as_before(warehouse: Warehouse) -> None:
    """By a version that sends no fencing token."""
    values = {"project": "p", "key": "k", "spool": "s", "block": 1, "row": 1, "received_at": NOW, "events": EVENTS}
    command(warehouse, f"INSERT INTO inbox FORMAT JSONEachRow {json.dumps(values | {'events': json.dumps(EVENTS)})}")


def answers(warehouse: Warehouse) -> dict[str, Any]:
    warehouse.judge_stops()
    lists = Filters().lists
    rows = warehouse.query("read/activity_of_places", project="p", **Timeline.of(PERIOD, "day").asked(), **lists)
    [total] = [row for row in rows if row["bucket"] == "period"]
    asked = {"project": "p", **PERIOD.bounds(rollup=True), **lists}
    [track] = warehouse.query("read/measures_of_tracks", **asked | {"assets": [1]}, early=30)
    [known] = warehouse.query("read/track_known", project="p", asset_id=1)
    searches = warehouse.query("read/search_queries", **asked, sought="", limit=9, offset=0)
    return {
        "listened": (total["listened_micros"], track["listened_micros"]),
        "completed": (total["completed"], track["completed"]),
        "length": known["length"],
        "searches": [(row["query"], row["clicks"]) for row in searches],
    }


EXPECTED = {
    "listened": (222_500_000, 222_500_000),
    "completed": (1, 1),
    "length": 200.5,
    "searches": [("lofi\u000bbeats", 3)],
}


@pytest.fixture
def old(older: Callable[[str], Warehouse]) -> Callable[[], Warehouse]:
    """Makes warehouses as the version before the mending left them, with events."""

    def make() -> Warehouse:
        warehouse = older(MENDING)
        load_as_before(warehouse)
        return warehouse

    return make


def test_new_events_are_bounded_and_folded_as_they_come_in(warehouse: Warehouse) -> None:
    load(warehouse)
    assert answers(warehouse) == EXPECTED


def test_what_is_stored_is_mended_wherever_the_migration_was_cut_short(old: Callable[[], Warehouse]) -> None:
    [mending] = [migration for migration in migrate.migrations() if migration.name == MENDING]
    for done in range(0, len(mending.statements), 2):
        warehouse = old()
        for statement in mending.statements[:done]:
            command(warehouse, statement)
        warehouse.migrate()
        assert answers(warehouse) == EXPECTED, f"cut short after {done} statements"
        assert warehouse.differing_days({row["day"] for row in select(warehouse, "SELECT day FROM events")}) == []
