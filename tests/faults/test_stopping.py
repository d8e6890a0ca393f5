"""A server that is told to end does so in time and without harm, whatever hangs; until then it says how it is."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from support import engine, server as server_module, wire
from support.proxy import Proxy
from support.samples import play
from support.server import Server
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


OVERVIEW = "/analytics/v1/overview"
#: A server whose overview never ends: hours of work for any machine.
ENDLESS = """
from audioscape_server.cli import main
from audioscape_server.warehouse import client
known = client.statement
endless = "SELECT sum(sipHash64(number)) AS n FROM numbers(1000000000000000)"
client.statement = lambda name, *asked: endless if name.startswith("read/activity") else known(name, *asked)
main()
"""


def silent_server() -> socket.socket:
    """Takes connections and never says anything."""
    return socket.create_server(("127.0.0.1", 0))


def url_of(warehouse: int) -> str:
    return f"clickhouse://user:word@127.0.0.1:{warehouse}/audioscape"


def test_a_locked_control_database_holds_up_no_end(new_server: Callable[..., Server]) -> None:
    server = new_server()
    assert server.post([play()]).status_code == 202
    with contextlib.closing(sqlite3.connect(server.data / "control.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert server.post([play(), {"type": 1}]).status_code == 202
        assert server.stop() == 0
    server.assert_no_fault_of_its_own()
    server.start()
    assert server.settled()["loaded"] == 2


def test_a_judging_that_the_end_cuts_short_is_finished_after_the_next_start(tmp_path: Path) -> None:
    """Stops are judged anew and no rollup knows of it yet: until then the files do not agree."""
    held = tmp_path / "held"
    settings = {"LOAD_INTERVAL": 0.05, "FAILPOINTS": f"lengths.judged_days:hold={held}"}
    with Server(tmp_path, settings, tamper="hurry") as server:
        assert server.post([{"type": "stop", "asset_id": "1", "duration": 190}]).status_code == 202
        server.settled()
        assert server.post([play(asset_id="1", duration=200)]).status_code == 202
        eventually(held.exists)
        assert server.stop() == 0
        completed = "SELECT sum(completed) AS n FROM audioscape.{}"
        stored = engine.ask(server.data / "warehouse", completed.format("events"), completed.format("project_day"))
        assert stored == [[{"n": 1}], [{"n": 0}]]
        server.configure(FAILPOINTS=None)
        server.start()
        eventually(lambda: server.get(OVERVIEW).json()["totals"]["completed"], until=lambda n: n == 1)


def test_a_question_that_never_ends_is_stopped_and_told(
    new_server: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS)
    monkeypatch.setattr(server_module, "COMMAND", [sys.executable, str(script)])
    server = new_server()
    assert server.post([play()]).status_code == 202
    assert server.settled()["loaded"] == 1
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(server.request, "GET", OVERVIEW) for _ in range(4)]
        assert server.post([play()]).status_code == 202
        server.terminate()
        statuses = [question.result(60).status_code for question in asked]
        assert server.stop() == 0
    assert statuses == [503] * 4
    server.assert_no_fault_of_its_own()


def test_a_warehouse_that_hangs_with_a_question_holds_up_no_end(paced_server: Callable[..., Server]) -> None:
    with silent_server() as warehouse:
        server = paced_server(WAREHOUSE=url_of(warehouse.getsockname()[1]))
        with wire.Connection(server.port) as connection:
            connection.send(wire.head(server.key, method="GET", path=OVERVIEW))
            assert server.post([play()]).status_code == 202
            assert server.stop() == 0
    server.assert_no_fault_of_its_own()


def test_a_client_that_takes_no_answer_holds_up_no_end(paced_server: Callable[..., Server]) -> None:
    server = paced_server()
    with wire.Connection(server.port) as connection:
        connection.fill(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert server.stop() == 0
    server.assert_no_fault_of_its_own()


def test_a_body_under_way_is_waited_for_and_no_longer(paced_server: Callable[..., Server]) -> None:
    server = paced_server()
    body = b'{"events":[{"type":"play","asset_id":"1"}]}'
    with wire.Connection(server.port) as whole, wire.Connection(server.port) as never:
        for connection in (whole, never):
            connection.send(wire.head(server.key, f"Content-Length: {len(body)}"), body[:9])
        assert server.post([play()]).status_code == 202
        server.terminate()
        whole.send(body[9:])
        answer = whole.answer()
        assert answer is None or answer.status in (202, 503)
        assert server.stop() == 0
    server.start()
    assert server.settled()["accepted"] == (2 if answer and answer.status == 202 else 1)


@pytest.mark.parametrize("point", ["loader.before_insert", "spool.before_commit"])
def test_a_thread_that_hangs_holds_up_no_end(paced_server: Callable[..., Server], tmp_path: Path, point: str) -> None:
    held = tmp_path / "held"
    server = paced_server(FAILPOINTS=f"{point}:hold={held}")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.post, [play()])
        eventually(held.exists)
        server.stop()
        assert answer.result(60).status_code in (202, 503)
    assert "Traceback" not in server.log.read_text()


def test_asking_whether_it_is_ready_does_not_keep_a_revoked_key_alive(new_server: Callable[..., Server]) -> None:
    """Twelve who asked took all threads, and the keys were not looked at any more."""
    with silent_server() as warehouse:
        server = new_server(WAREHOUSE=url_of(warehouse.getsockname()[1]))
        key = server.create_key("revoked")
        assert server.post([play()], key).status_code == 202
        key_id = key.split("_")[2]
        stop = threading.Event()

        def keep_asking() -> None:
            while not stop.is_set():
                with wire.Connection(server.port) as connection:
                    connection.send(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    assert connection.answer("GET") is not None

        with ThreadPoolExecutor(12) as pool:
            asking = [pool.submit(keep_asking) for _ in range(12)]
            try:
                assert server.cli("keys", "revoke", key_id).returncode == 0
                eventually(lambda: server.post([play()], key).status_code, until=lambda status: status == 401, within=5)
            finally:
                stop.set()
            for one in asking:
                one.result(60)
        eventually(lambda: server.get("/readyz", None).json()["warehouse"], until=lambda state: state != "ok")
        assert server.get("/readyz", None).status_code == 200, "events are taken meanwhile"


def test_a_database_that_hangs_holds_up_no_request(paced_server: Callable[..., Server], postgres: str) -> None:
    proxy = Proxy(int(postgres.rpartition(":")[2].partition("/")[0]))
    try:
        url = postgres.replace(postgres.rpartition(":")[2].partition("/")[0], str(proxy.port))
        server = paced_server(CONTROL=url)
        known = server.create_key("known")
        assert server.post([play()], known).status_code == 202
        proxy.hang()
        eventually(lambda: server.get("/readyz", None).json()["keys"], until=lambda state: state == "away", within=30)
        assert server.post([play()], known).status_code == 202
        assert server.get("/readyz", None).status_code == 200
        imported = "an-imported-key-that-nobody-knows"
        assert server.post([play()], imported).status_code == 503
        assert server.post([play()], "as_live_none").status_code == 401, "it cannot be a key"
        proxy.flow()
        eventually(lambda: server.post([play()], imported).status_code, until=lambda status: status == 401, within=60)
    finally:
        proxy.close()


def test_ready_is_who_would_take_a_post(new_server: Callable[..., Server]) -> None:
    with silent_server() as warehouse:
        server = new_server(WAREHOUSE=url_of(warehouse.getsockname()[1]), SPOOL_MAX_BYTES=1)
        eventually(lambda: server.post([play()]).status_code, until=lambda status: status == 503)
        answer = server.get("/readyz", None)
        assert answer.status_code == 503
        assert "spool_max_bytes" in answer.json()["intake"]


def test_a_writer_that_hangs_is_not_ready_and_nobody_waits_for_it(
    paced_server: Callable[..., Server], tmp_path: Path
) -> None:
    held = tmp_path / "held"
    server = paced_server(FAILPOINTS=f"spool.before_commit:hold={held}@2")
    assert server.post([play()]).status_code == 202
    assert server.post([play()]).status_code == 503
    eventually(lambda: server.get("/readyz", None).status_code, until=lambda status: status == 503, within=30)
    held.unlink()
    eventually(lambda: server.get("/readyz", None).status_code, until=lambda status: status == 200, within=30)
    assert server.post([play()]).status_code == 202
