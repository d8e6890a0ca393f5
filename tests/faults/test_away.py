"""What the server leans on goes away while it runs: requests are answered 503, never 4xx, and it heals by itself."""

from __future__ import annotations

import contextlib
import resource
import socket
import sqlite3
import zlib
from typing import TYPE_CHECKING

import psutil

from support.load import STEADY, Load
from support.oracle import assert_nothing_lost_nothing_doubled
from support.samples import play
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from support.server import Server

#: A key of the right shape that nobody was given: its checksum is right.
STRANGER = "as_live_" + "a" * 12 + "_" + "b" * 43


def is_our_fault(answer: httpx.Response) -> bool:
    """Whether this is the answer that makes clients come back."""
    if answer.status_code != 503:
        return False
    assert answer.json() == {"error": "Service Unavailable"}
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["x-request-id"]
    return True


@contextlib.contextmanager
def no_file_can_grow(server: Server) -> Iterator[None]:
    """As on a full disk: the running server's writes fail, its reads do not."""
    process = psutil.Process(server.pid)
    before = process.rlimit(resource.RLIMIT_FSIZE)
    process.rlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        process.rlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_answered_503_and_heals_by_itself(new_server: Callable[..., Server]) -> None:
    server = new_server(LOAD_INTERVAL=0.05)
    with Load(server, rate=STEADY) as load:
        load.wait_for(20)
        with no_file_can_grow(server):
            eventually(lambda: server.post([play(metadata={"id": -1})]), until=is_our_fault)
            assert server.get("/healthz").status_code == 200
            assert server.post(b"{").status_code == 400
            assert server.post([play()], key="nobody").status_code == 401
        load.wait_for(20)
    assert_nothing_lost_nothing_doubled(server, load)


def test_without_room_to_spare_nothing_is_taken(new_server: Callable[..., Server]) -> None:
    server = new_server(SPOOL_RESERVE_BYTES=2**60)
    assert is_our_fault(server.post([play()]))
    assert server.ingest()["accepted"] == 0


def test_while_the_key_store_is_away_known_keys_work_and_no_key_is_called_wrong(
    new_server: Callable[..., Server],
) -> None:
    server = new_server()
    assert server.post([play()]).status_code == 202
    stranger = STRANGER + _base62(zlib.crc32(STRANGER.encode()))
    with contextlib.closing(sqlite3.connect(server.data / "control.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert is_our_fault(server.post([play()], key=stranger))
        assert server.post([play()]).status_code == 202
        other.execute("ROLLBACK")
    eventually(lambda: server.post([play()], key=stranger).status_code, until=lambda status: status == 401)
    assert server.settled()["loaded"] == 2


def _base62(value: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(digits[value // 62**place % 62] for place in range(5, -1, -1))


def test_an_empty_mutation_left_by_a_full_disk_does_not_keep_the_warehouse_shut(
    new_server: Callable[..., Server],
) -> None:
    server = new_server()
    assert server.post([play()]).status_code == 202
    assert server.settled()["loaded"] == 1
    server.stop()
    tables = list((server.data / "warehouse").glob("store/*/*/format_version.txt"))
    assert tables
    for table in tables:
        (table.parent / "mutation_9.txt").touch()
    server.start()
    assert server.get("/analytics/v1/overview").json()["totals"]["plays"] == 1


def test_a_warehouse_that_never_answers_holds_up_neither_events_nor_the_end(
    paced_server: Callable[..., Server],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        server = paced_server(WAREHOUSE=f"clickhouse://user:word@127.0.0.1:{port}/audioscape")
        assert server.post([play()]).status_code == 202
        assert server.ingest()["spooled"] == 1
        assert is_our_fault(server.get("/analytics/v1/overview"))
        # Within the bound of `stop`; nothing is lost, the event waits in the spool.
        assert server.stop() == 0
        server.start()
        assert server.ingest()["spooled"] == 1
