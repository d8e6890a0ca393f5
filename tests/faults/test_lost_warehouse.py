"""The whole warehouse is gone, or an older copy was put back: what was loaded in the last days comes back."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import engine
from support.load import STEADY, Load
from support.oracle import assert_nothing_lost_nothing_doubled
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.server import Server


@pytest.mark.parametrize("left", ["nothing", pytest.param("an older copy", marks=pytest.mark.slow)])
def test_a_warehouse_that_is_lost_is_filled_again_from_the_archive(
    new_server: Callable[..., Server], left: str
) -> None:
    server = new_server(LOAD_INTERVAL=0, BLOCK_EVENTS=100)
    with Load(server, rate=STEADY) as load:
        load.wait_for(20)
        server.stop()
        copy = server.data.with_name("copy")
        shutil.copytree(server.data / "warehouse", copy, symlinks=True)
        server.start()
        load.wait_for(60)
    server.settled()
    server.stop()
    shutil.rmtree(server.data / "warehouse")
    if left == "an older copy":
        copy.rename(server.data / "warehouse")
    server.start()
    eventually(lambda: server.cli("check").returncode, until=lambda code: code == 0, within=120)
    assert_nothing_lost_nothing_doubled(server, load)


PARTS = (
    "SELECT name, path FROM system.parts"
    " WHERE database = 'audioscape' AND table = 'events' AND active ORDER BY rows DESC LIMIT 1"
)
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.mark.parametrize("archive_days", [0, 8], ids=["nowhere else", "loaded again meanwhile"])
def test_a_part_that_was_set_aside_and_is_sound_is_attached_and_counts_once(
    new_server: Callable[..., Server], archive_days: int
) -> None:
    """By what docs/operations.md says, to the letter."""
    server = new_server(LOAD_INTERVAL=0.2, ARCHIVE_DAYS=archive_days)
    with Load(server, rate=STEADY) as load:
        load.wait_for(40)
        load.pause()
        server.settled()
        server.stop()
        detached = set_aside(server)
        server.start()
        assert server.cli("check", "--repair", within=600).returncode == (0 if archive_days else 1)
        server.stop()
        bring_back(server, detached)
        server.start()
        assert server.cli("check", "--repair", within=600).returncode == 0
        load.go_on()
        load.wait_for(20)
    assert_nothing_lost_nothing_doubled(server, load, within=600)


def set_aside(server: Server) -> Path:
    """Move the largest part to where the engine moves what it cannot read; what it was merged from is gone."""
    [[found]] = engine.ask(server.data / "warehouse", PARTS)
    part = Path(found["path"])
    first, last = map(int, found["name"].split("_")[1:3])
    for other in part.parent.glob(found["name"].split("_")[0] + "_*"):
        begins, ends = map(int, other.name.split("_")[1:3])
        if other != part and first <= begins and ends <= last:
            shutil.rmtree(other)
    detached = part.parent / "detached" / f"broken-on-start_{part.name}"
    detached.parent.mkdir(exist_ok=True)
    return part.rename(detached)


def bring_back(server: Server, detached: Path) -> None:
    """Type what the page tells, for this part of this installation."""
    told = re.search(r'^/opt/audioscape/bin/python -c "(.+)"$', OPERATIONS.read_text(), re.MULTILINE)
    assert told
    program = told[1].replace('\\"', '"').replace("/var/lib/audioscape", str(server.data))
    name = detached.name.removeprefix("broken-on-start_")
    detached.rename(detached.with_name(name))
    subprocess.run([sys.executable, "-c", program.replace("20261127_2_12_1", name)], check=True, timeout=300)
