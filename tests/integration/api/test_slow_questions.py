"""Questions that would never end, asked of the real engine over real HTTP: they stop, and they stop nobody else."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from audioscape_server.api.line import MAX_RUNNING_OF_PROJECT
from audioscape_server.warehouse import WarehouseUnavailable, client as warehouse_client
from support.serving import serving
from support.store import select
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audioscape_server.warehouse import Warehouse

#: Hours of work for any machine.
ENDLESS = "SELECT sum(sipHash64(number)) AS n FROM numbers(1000000000000000)"


@pytest.fixture(autouse=True)
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of experiences takes for ever; everything else is as it is."""
    known = warehouse_client.statement
    monkeypatch.setattr(
        warehouse_client, "statement", lambda name, *asked: ENDLESS if name == "read/places" else known(name, *asked)
    )


@pytest.fixture
def port(parts: Any) -> Iterator[int]:
    with serving(parts.app()) as port:
        yield port


def running(warehouse: Warehouse) -> list[str]:
    """The tags of the endless statements that the engine works on."""
    rows = select(
        warehouse,
        "SELECT Settings['log_comment'] AS tag FROM system.processes WHERE startsWith(query, 'SELECT sum(sipHash64')",
    )
    return [row["tag"] for row in rows]


def ask(port: int, project: str) -> socket.socket:
    """Ask for the experiences and do not wait for the answer."""
    connection = socket.create_connection(("127.0.0.1", port))
    request = f"GET /analytics/v1/experiences HTTP/1.1\r\nhost: here\r\nx-api-key: read:{project}\r\n\r\n"
    connection.sendall(request.encode())
    return connection


def test_a_question_is_stopped_in_the_engine_when_its_client_leaves(port: int, warehouse: Warehouse) -> None:
    with ask(port, "alpha"):
        eventually(lambda: len(running(warehouse)), until=lambda seen: seen == 1)
    eventually(lambda: running(warehouse), until=lambda seen: seen == [])


def test_a_project_with_slow_questions_delays_no_other_and_none_that_its_client_left(
    port: int, warehouse: Warehouse
) -> None:
    with ExitStack() as connections:
        for _ in range(10):
            connections.enter_context(ask(port, "alpha"))
        first = eventually(lambda: running(warehouse), until=lambda seen: len(seen) == MAX_RUNNING_OF_PROJECT)
        overview = httpx.get(
            f"http://127.0.0.1:{port}/analytics/v1/overview", headers={"x-api-key": "read:beta"}, timeout=60
        )
        assert overview.status_code == 200
        # Nothing made room for it: what ran still runs.
        assert set(first) <= set(running(warehouse))
    # All ten have left: the two that ran are stopped, the eight that waited are never begun.
    eventually(lambda: running(warehouse), until=lambda seen: seen == [])


def test_a_question_ends_when_its_time_is_up(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseUnavailable):
        warehouse.ask("read/places", {}, tag="t", seconds=0.2)


def test_stopping_what_does_not_run_is_no_error(warehouse: Warehouse) -> None:
    warehouse.stop("nothing")
