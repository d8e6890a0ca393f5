"""An older copy of a part of an installation is put back beside newer ones: nothing is lost or doubled by that."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from audioscape_server.operations.upkeep import stopped_spool
from support.load import STEADY, Load
from support.oracle import assert_nothing_lost_nothing_doubled
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.server import Server

#: What is put back, as paths in the data folder.
COPIES = {
    "the spool's file": ["spool/spool.db", "spool/spool.db-wal"],
    "the control database": ["control.db", "control.db-wal", "control.db-shm"],
    "the warehouse": ["warehouse"],
    "the spool's file and the warehouse": ["spool/spool.db", "spool/spool.db-wal", "warehouse"],
}
#: The points that are met only then, and what must be put back to meet them.
POINTS = {
    "recognition.before_renew": "the spool's file",
    "recognition.after_renew": "the spool's file",
    "repair.before_insert": "the warehouse",
    "repair.after_insert": "the warehouse",
}


def take(server: Server, names: list[str]) -> Path:
    """Copy parts of the data folder of a server that has ended."""
    copy = server.data.with_name("copy")
    for name in names:
        source = server.data / name
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy / name, symlinks=True)
        elif source.exists():
            shutil.copy2(source, copy / name)
    return copy


def put_back(server: Server, copy: Path, names: list[str]) -> None:
    """Replace parts of the data folder by their copies; what was not there then goes."""
    for name in names:
        target = server.data / name
        if target.is_dir():
            shutil.rmtree(target)
        target.unlink(missing_ok=True)
        if (copy / name).exists():
            (copy / name).rename(target)


def live_and_restore(server: Server, load: Load, names: list[str]) -> None:
    """Load, copy, load more until all of it is loaded, stop, and put the copy back."""
    load.wait_for(30)
    server.stop()
    copy = take(server, names)
    server.start()
    load.wait_for(30)
    load.pause()
    server.settled()
    server.stop()
    put_back(server, copy, names)


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(what, marks=[pytest.mark.slow] if what == "the spool's file and the warehouse" else [])
        for what in COPIES
    ],
)
def test_beside_an_older_copy_nothing_is_lost_or_doubled(new_server: Callable[..., Server], what: str) -> None:
    server = new_server(LOAD_INTERVAL=0.05, BLOCK_EVENTS=200)
    with Load(server, late_retries=0.3, rate=STEADY) as load:
        live_and_restore(server, load, COPIES[what])
        server.start()
        load.go_on()
        load.wait_for(30)
    eventually(lambda: server.cli("check").returncode, until=lambda code: code == 0, within=60)
    assert_nothing_lost_nothing_doubled(server, load)


@pytest.mark.parametrize("what", ["the spool's file", "the spool's file and the warehouse"])
def test_what_was_released_and_loaded_since_the_copy_is_not_loaded_again(
    new_server: Callable[..., Server], what: str
) -> None:
    """By the command, before the server that starts over the copy can find out by itself."""
    # An interval of an hour would not do: a first look that comes late, on a slow machine, finds a batch to load.
    server = new_server(FAILPOINTS="loader.after_claims:raise")
    for number in (1, 2):
        assert server.post([{"type": "play", "asset_id": str(number)}]).status_code == 202
    server.stop()
    with stopped_spool(server.data / "spool" / "spool.db") as change:
        change(lambda spool: spool.quarantine(1, "looked bad", 0.0))
    copy = take(server, COPIES[what])
    assert "in the queue: 1." in server.cli("quarantine", "release", "--all").stdout
    server.configure(FAILPOINTS=None, LOAD_INTERVAL=0.05)
    server.start()
    assert server.settled()["loaded"] == 2
    server.stop()
    put_back(server, copy, COPIES[what])
    assert "loaded already, and count as repeats: 1." in server.cli("quarantine", "release", "--all").stdout
    server.start()
    eventually(lambda: server.cli("check").returncode, until=lambda code: code == 0, within=60)
    assert server.get("/analytics/v1/overview").json()["totals"]["plays"] == 2


@pytest.mark.slow  # one of each kind is in every run: tests/integration/loader, "that is cut short"
@pytest.mark.parametrize("point", POINTS)
def test_killed_while_it_recovers_nothing_is_lost_or_doubled(new_server: Callable[..., Server], point: str) -> None:
    server = new_server(LOAD_INTERVAL=0.05, BLOCK_EVENTS=200)
    with Load(server, late_retries=0.3, rate=STEADY) as load:
        live_and_restore(server, load, COPIES[POINTS[point]])
        server.configure(FAILPOINTS=f"{point}:kill")
        server.start(until_ready=False)
        eventually(lambda: not server.is_running(), within=60)
        server.kill()
        server.configure(FAILPOINTS=None)
        server.start()
        load.go_on()
        load.wait_for(30)
    eventually(lambda: server.cli("check").returncode, until=lambda code: code == 0, within=60)
    assert_nothing_lost_nothing_doubled(server, load)
