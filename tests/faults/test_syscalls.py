"""System calls of the running server that fail, hang or take long: what is told is true, each event counts once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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
        with injected(server.pid, {SYNCS: "error=EIO"}, log_of(server)):
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
    with injected(server.pid, {SYNCS: "delay_enter=8s"}, log_of(server)):
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
        with injected(server.pid, {SYNCS: "delay_enter=1s"}, log_of(server)):
            load.wait_for(32)
            assert server.get("/healthz").status_code == 200
        load.wait_for(50)
    assert_nothing_lost_nothing_doubled(server, load)


@pytest.mark.parametrize("error", ["EMFILE", "EIO"])
@pytest.mark.parametrize(("table", "part"), [("events", "%Y%m%d_1_1_0"), ("project_hour", "%Y%m_1_1_1")])
def test_a_part_that_was_refused_once_it_had_its_name_counts_once_after_a_restart(
    new_server: Callable[..., Server], table: str, part: str, error: str
) -> None:
    """The engine forgets such a part, and finds it again when it is started the next time."""
    server = new_server(LOAD_INTERVAL=0.05)
    with Load(server, rate=STEADY) as load:
        names = [f"{one}/" for one in _first_parts(server, table, part)]
        with injected(server.pid, {"openat": f"error={error}:when=1"}, *names):
            eventually(server.tail, until=lambda told: "the tables of the warehouse were opened again" in told)
        load.wait_for(20)
    assert_nothing_lost_nothing_doubled(server, load)


def test_a_folder_that_is_not_synced_leaves_its_block_in_doubt(new_server: Callable[..., Server]) -> None:
    """The engine acknowledges the block: the part's name may be gone after a power cut."""
    server = new_server(LOAD_INTERVAL=0.05)
    with Load(server, rate=STEADY) as load:
        with injected(server.pid, {SYNCS: "error=EIO:when=1"}, *_first_parts(server, "events", "%Y%m%d_1_1_0")):
            eventually(server.tail, until=lambda told: "settling a block in doubt" in told)
        load.wait_for(20)
    assert_nothing_lost_nothing_doubled(server, load)


def _first_parts(server: Server, table: str, part: str) -> list[str]:
    """The folders that a table's first part may have, whatever day it is when it comes."""
    folder = (server.data / "warehouse" / "data" / "audioscape" / table).resolve()
    days = [datetime.now(UTC) + timedelta(days=days) for days in (-1, 0, 1)]
    return sorted({f"{folder}/{day:{part}}" for day in days})


def _is_in_a_sync(pid: int) -> bool:
    """Whether a thread is held at the entry of fsync or fdatasync (74 and 75 on x86-64, 82 and 83 on arm64)."""
    return any(
        held.read_text().split()[0] in ("74", "75", "82", "83") for held in Path(f"/proc/{pid}/task").glob("*/syscall")
    )
