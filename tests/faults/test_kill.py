"""The server dies at any moment, again and again, under load: what it acknowledged is counted once."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from support.load import Load
from support.oracle import assert_nothing_lost_nothing_doubled

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.server import Server


def _kill_under_load(server: Server, kills: int, seed: int, *, within: float = 60) -> None:
    """Kill the server so often; what it then still has to load it may take so many seconds for."""
    random_ = random.Random(seed)
    with Load(server, seed=seed) as load:
        for _ in range(kills):
            load.wait_for(random_.randrange(1, 120))
            server.kill()
            server.start()
        load.wait_for(1)
    assert_nothing_lost_nothing_doubled(server, load, within=within)


def test_a_few_kills_lose_and_double_nothing(new_server: Callable[..., Server]) -> None:
    server = new_server(LOAD_INTERVAL=0.05, BLOCK_EVENTS=200)
    _kill_under_load(server, kills=3, seed=random.randrange(1_000_000))


@pytest.mark.slow
@pytest.mark.parametrize("load_interval", [0, 0.05, 0.5])
@pytest.mark.parametrize("block_events", [100, 1_000, 100_000])
def test_many_kills_lose_and_double_nothing(
    new_server: Callable[..., Server], block_events: int, load_interval: float
) -> None:
    server = new_server(LOAD_INTERVAL=load_interval, BLOCK_EVENTS=block_events)
    _kill_under_load(server, kills=25, seed=random.randrange(1_000_000), within=600)


def test_an_orderly_end_finishes_what_is_in_flight(new_server: Callable[..., Server]) -> None:
    server = new_server()
    with Load(server) as load:
        load.wait_for(50)
        assert server.stop() == 0
        server.start()
        load.wait_for(1)
    assert_nothing_lost_nothing_doubled(server, load)
