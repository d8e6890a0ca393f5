"""The lines to the control database and to the warehouse hang or break: nobody waits for ever, nothing is doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from support.clickhouse import running_clickhouse
from support.load import Load
from support.oracle import judge
from support.proxy import proxy_to
from support.server import Server, free_port
from support.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path


def through(url: str, port: int) -> str:
    """The same URL, by way of a proxy."""
    return url.replace(f":{urlsplit(url).port}", f":{port}")


def test_a_control_database_that_hangs_holds_up_no_event(tmp_path: Path, postgresql_url: str, pace: str) -> None:
    with proxy_to(urlsplit(postgresql_url).port or 0) as line:
        settings = {"CONTROL": through(postgresql_url, line.port), "SECRET": "s" * 64, "LOAD_INTERVAL": 0.05}
        with Server(tmp_path, settings, tamper=pace) as server:
            with Load(server, rate=50) as load:
                load.wait_for(20)
                line.hang()
                load.wait_for(60)  # longer than any claim or key is remembered by chance
                assert server.get("/healthz").status_code == 200
                line.flow()
                load.wait_for(20)
                line.cut()
                load.wait_for(20)
            verdict = judge(server, load)
    assert verdict.findings == []


def test_a_server_ends_in_time_while_its_control_database_hangs(tmp_path: Path, postgresql_url: str, pace: str) -> None:
    with proxy_to(urlsplit(postgresql_url).port or 0) as line:
        settings = {"CONTROL": through(postgresql_url, line.port), "SECRET": "s" * 64, "LOAD_INTERVAL": 0.05}
        with Server(tmp_path, settings, tamper=pace) as server:
            with Load(server, rate=50) as load:
                load.wait_for(20)
                line.hang()
                load.wait_for(10)
            assert server.stop() == 0
            line.flow()
            server.start()
            verdict = judge(server, load)
    assert verdict.findings == []


@pytest.mark.parametrize("fault", ["hang", "cut"])
def test_an_insert_whose_answer_is_lost_is_counted_before_it_is_sent_again(
    tmp_path: Path, fault: str, pace: str
) -> None:
    with running_clickhouse(tmp_path / "clickhouse", free_port()) as clickhouse, proxy_to(clickhouse.port) as line:
        settings = {"WAREHOUSE": through(clickhouse.url, line.port), "LOAD_INTERVAL": 0, "BLOCK_EVENTS": 100}
        with Server(tmp_path, settings, tamper=pace) as server:
            with Load(server, rate=30) as load:
                for _ in range(2 if pace else 4):
                    load.wait_for(10)
                    loaded = server.ingest()["loaded"]
                    eventually(server.ingest, until=lambda seen, before=loaded: seen["loaded"] > before, within=60)
                    if fault == "hang":
                        line.hang()
                        load.wait_for(10)
                        line.flow()
                    line.cut()
            verdict = judge(server, load, clickhouse=clickhouse, within=120)
    assert verdict.findings == []
