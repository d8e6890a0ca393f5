"""Syncs of the running server that fail, hang or take long: nobody is told that something is stored that is not."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from support.load import STEADY, Client, Load
from support.oracle import assert_nothing_lost_nothing_doubled
from support.strace import SYNCS, injected
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.server import Server

HEADERS = {"content-type": "application/json", "idempotency-key": "batch"}
BODY = b'{"events":[{"type":"play","asset_id":"1"}]}'


def log_of(server: Server) -> Path:
    return server.data / "spool" / "spool.db-wal"


def test_a_sync_that_fails_is_answered_503_and_the_file_heals(new_server: Callable[..., Server]) -> None:
    server = new_server(LOAD_INTERVAL=0.05)
    with Load(server, rate=STEADY) as load:
        load.wait_for(20)
        with injected(server, SYNCS, "error=EIO", log_of(server)):
            refused = load.refused
            eventually(lambda: load.refused, until=lambda seen: seen > refused + 5)
            acknowledged = load.acknowledged
            eventually(lambda: load.refused, until=lambda seen: seen > refused + 10)
            assert load.acknowledged == acknowledged, "a batch was acknowledged that was not synced"
        load.wait_for(20)
    assert_nothing_lost_nothing_doubled(server, load)


def test_killed_during_a_sync_nothing_was_promised_and_the_retry_is_stored_once(
    new_server: Callable[..., Server],
) -> None:
    server = new_server()
    client, answers = Client(server.url, server.key), []
    with injected(server, SYNCS, "delay_enter=8s", log_of(server)):
        posting = threading.Thread(target=lambda: answers.append(client.post(BODY, HEADERS)))
        posting.start()
        eventually(lambda: _is_in_a_sync(server.pid))
        server.kill()
        posting.join()
    assert answers == [None]
    server.start()
    assert server.post(BODY, headers=HEADERS).status_code == 202
    assert server.settled()["loaded"] == 1


def test_syncs_that_take_long_slow_the_clients_and_lose_nothing(new_server: Callable[..., Server]) -> None:
    server = new_server(LOAD_INTERVAL=0.05)
    with Load(server, senders=16) as load:
        load.wait_for(20)
        with injected(server, SYNCS, "delay_enter=1s", log_of(server)):
            load.wait_for(32)
            assert server.get("/healthz").status_code == 200
        load.wait_for(50)
    assert_nothing_lost_nothing_doubled(server, load)


def _is_in_a_sync(pid: int) -> bool:
    """Whether a thread is held at the entry of fsync or fdatasync (74 and 75 on x86-64, 82 and 83 on arm64)."""
    return any(
        held.read_text().split()[0] in ("74", "75", "82", "83") for held in Path(f"/proc/{pid}/task").glob("*/syscall")
    )
