"""The server is killed at every named point on the way of an event, and each event is stored once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import audioscape_server
from support.load import STEADY, Client, Load
from support.oracle import assert_nothing_lost_nothing_doubled
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.server import Server

POINTS = [
    "spool.before_commit",
    "spool.after_commit",
    "loader.after_claims",
    "loader.after_write_down",
    "loader.before_insert",
    "loader.after_insert",
    "loader.before_archive",
    "loader.before_finish",
    "loader.after_finish",
]
#: Met only by a spool or a warehouse that was put back from a copy: tests/faults/test_restores.py.
AFTER_A_RESTORE = [
    "recognition.before_release",
    "recognition.before_renew",
    "recognition.after_renew",
    "repair.before_insert",
    "repair.after_insert",
]
#: Met only while a rollup is rebuilt: tests/integration/warehouse/test_rebuild.py.
IN_A_REBUILD = ["rebuild.made", "rebuild.filled", "rebuild.swapped"]
#: Met only while stops are judged by new lengths: tests/integration/warehouse/test_lengths.py.
IN_JUDGING = ["lengths.learned", "lengths.judged_days", "lengths.rebuilt"]

#: Met only while the events of an older version are sorted anew: tests/integration/warehouse/test_reorder.py.
IN_AN_UPGRADE = ["reorder.day", "reorder.copied", "reorder.exchanged"]
#: Passed when the warehouse is made; killed at each of its steps in integration/warehouse/test_first_start.py.
IN_A_FIRST_START = ["first_start.step"]


def test_every_point_of_the_code_is_killed_at_by_a_test() -> None:
    sources = Path(audioscape_server.__file__).parent.rglob("*.py")
    found = {name for source in sources for name in re.findall(r'failpoint\("([^"]+)"\)', source.read_text())}
    assert found == {*POINTS, *AFTER_A_RESTORE, *IN_A_REBUILD, *IN_JUDGING, *IN_AN_UPGRADE, *IN_A_FIRST_START}


def test_killed_at_every_point_under_load_each_event_is_stored_once(new_server: Callable[..., Server]) -> None:
    server = new_server(LOAD_INTERVAL=0.05, BLOCK_EVENTS=200)
    with Load(server, rate=STEADY) as load:
        load.wait_for(10)
        server.stop()
        for at, point in enumerate(POINTS):
            # Each comes up from the death before it, and dies at the next point.
            server.configure(FAILPOINTS=f"{point}:kill@{1 + at % 3}")
            server.start(until_ready=False)
            eventually(lambda: not server.is_running(), within=60)
            server.kill()
        server.configure(FAILPOINTS=None)
        server.start()
        load.wait_for(1)
    assert_nothing_lost_nothing_doubled(server, load)


def test_failing_at_every_point_under_load_each_event_is_stored_once(paced_server: Callable[..., Server]) -> None:
    server = paced_server(
        LOAD_INTERVAL=0.05, BLOCK_EVENTS=200, FAILPOINTS=";".join(f"{point}:raise@3" for point in POINTS)
    )
    with Load(server, rate=60) as load:
        load.wait_for(200)
    assert_nothing_lost_nothing_doubled(server, load)


def _post_and_die(server: Server, point: str, name: str) -> None:
    """Post a batch to a server that dies of it; there is no answer."""
    key = server.key
    server.stop()
    server.configure(FAILPOINTS=f"{point}:kill")
    server.start()
    client = Client(server.url, key)
    assert client.post(_BODY, _headers(name)) is None, "it was answered"
    client.close()
    eventually(lambda: not server.is_running())
    server.kill()
    server.configure(FAILPOINTS=None)
    server.start()


_BODY = b'{"events":[{"type":"play","asset_id":"1"}]}'


def _headers(name: str) -> dict[str, str]:
    return {"content-type": "application/json", "idempotency-key": name}


def test_killed_before_the_commit_nothing_is_stored_until_the_retry(new_server: Callable[..., Server]) -> None:
    server = new_server()
    _post_and_die(server, "spool.before_commit", "batch")
    assert server.settled()["accepted"] == 0
    assert server.post(_BODY, headers=_headers("batch")).status_code == 202
    assert server.settled()["loaded"] == 1


def test_killed_between_commit_and_answer_the_retry_stores_nothing_new(new_server: Callable[..., Server]) -> None:
    server = new_server()
    _post_and_die(server, "spool.after_commit", "batch")
    assert server.post(_BODY, headers=_headers("batch")).status_code == 202
    ledger = server.settled()
    assert (ledger["loaded"], ledger["duplicates"]) == (1, 1)
