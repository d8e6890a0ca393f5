"""The plain service that ours is compared with does its work: what it answers 202 is stored, to the letter."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from bench.ingest import ShortError, check, settle
from bench.peers import plain
from bench.peers.postgres import Postgres
from bench.peers.process import Served, cpu_s, resident_bytes
from bench.workload import batches
from psycopg.rows import dict_row

from bench import wrk

CORE = min(os.sched_getaffinity(0))
NOW = int(time.time())
EVENTS = [
    {"type": "play", "asset_id": "7", "timestamp": NOW - 5.25, "player_id": "p1", "duration": 200},
    {"type": "stop", "asset_id": "9223372036854775807", "timestamp": NOW - 1, "player_id": "p2", "duration": 12.5},
    {"type": "vote", "asset_id": "7", "timestamp": NOW - 2, "value": "down"},
    {
        "type": "search_click",
        "asset_id": "7",
        "timestamp": NOW - 3,
        "metadata": {"query": "lofi", "rank": 3, "new": True},
    },
    {"type": "dance", "timestamp": NOW - 4.000001},
]
NO_EVENTS_OF = {
    "no asset": {"type": "play"},
    "a vote without a value": {"type": "vote", "asset_id": "7"},
    "a track that is no number": {"type": "play", "asset_id": "seven"},
    "a time of last month": {"type": "dance", "timestamp": NOW - 30 * 86_400},
    "a negative duration": {"type": "stop", "asset_id": "7", "duration": -1},
}


@pytest.fixture(scope="module")
def service(database: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with plain.serving(database, tmp_path_factory.mktemp("service"), CORE) as running:
        yield running


@pytest.fixture
def served(database: Postgres, service: Served) -> Served:
    """The service, with nothing stored."""
    with database.connect() as connection:
        connection.execute("TRUNCATE events")
    return service


def test_what_is_answered_202_is_stored_as_sent_and_else_nothing(database: Postgres, served: Served) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{served.target.port}", headers=served.target.headers) as client:
        answer = client.post(plain.PATH, json={"events": EVENTS})
        assert (answer.status_code, answer.json()) == (202, {"accepted": len(EVENTS)})
        for what, bad in NO_EVENTS_OF.items():
            assert client.post(plain.PATH, json={"events": [EVENTS[0], bad]}).status_code == 400, what
        assert client.post(plain.PATH, json={"events": EVENTS}, headers={"x-api-key": "other"}).status_code == 401
    assert served.stored() == len(EVENTS)
    assert _stored(database) == [_row(event) for event in EVENTS]


@pytest.mark.usefixtures("wrk_is_here")
def test_the_load_generator_counts_what_is_stored_and_sends_no_event_twice(
    database: Postgres, served: Served, tmp_path: Path
) -> None:
    wrk.write_requests(tmp_path / "requests", served.target, list(batches(50, 2)))
    load = wrk.run(tmp_path / "requests", served.target.port, 1, CORE, NOW - 60)
    assert load.requests > 2, "the prepared requests went round more than once"
    settle(served, load.requests * 50)
    check(served, load.requests * 50, 50)
    times = [row["timestamp"] for row in _stored(database)]
    assert len(times) >= load.requests * 50
    assert len(set(times)) == len(times)
    assert cpu_s(served.processes) > 0
    assert resident_bytes(served.processes) > 10_000_000


@pytest.mark.parametrize(("stored", "is_right"), [(999, False), (1_000, True), (7_400, True), (7_401, False)])
def test_stored_is_what_was_acknowledged_and_at_most_what_was_under_way(stored: int, *, is_right: bool) -> None:
    served = Served(wrk.Target(1, "/", {}, str), [], lambda: stored, lambda: 0)
    with nullcontext() if is_right else pytest.raises(ShortError):
        assert check(served, 1_000, 50) == stored


@pytest.mark.usefixtures("wrk_is_here")
def test_a_server_that_refuses_is_no_result(served: Served, tmp_path: Path) -> None:
    wrong = wrk.Target(served.target.port, "/nowhere", {}, served.target.encode)
    wrk.write_requests(tmp_path / "requests", wrong, list(batches(1, 1)))
    with pytest.raises(wrk.LoadError, match="refused"):
        wrk.run(tmp_path / "requests", served.target.port, 1, CORE, NOW)


def _stored(database: Postgres) -> list[dict[str, Any]]:
    with psycopg.connect(database.url, row_factory=dict_row) as connection:
        return connection.execute(
            "SELECT type, asset_id, extract(epoch FROM timestamp)::float8 AS timestamp, player_id, duration, value, "
            "metadata, universe_id FROM events ORDER BY id"
        ).fetchall()


def _row(event: dict[str, Any]) -> dict[str, Any]:
    asset = event.get("asset_id")
    names = ("player_id", "duration", "value", "metadata")
    return {
        "type": event["type"], "asset_id": int(asset) if asset else None, "timestamp": event["timestamp"],
        **{name: event.get(name) for name in names}, "universe_id": 1_000_007_919,
    }  # fmt: skip
