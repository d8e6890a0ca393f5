"""The whole warehouse is gone, or an older copy was put back: what was loaded in the last days comes back."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

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
