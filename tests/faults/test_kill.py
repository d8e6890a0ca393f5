"""The server dies at any moment, again and again, under load: what it acknowledged is counted once."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from support.load import Load, assert_nothing_lost_nothing_doubled

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.server import Server


def _kill_under_load(server: Server, kills: int, seed: int) -> None:
    random_ = random.Random(seed)
    with Load(server, seed=seed) as load:
        for _ in range(kills):
            load.wait_for(random_.randrange(1, 120))
            server.kill()
            server.start()
        load.wait_for(1)
    assert_nothing_lost_nothing_doubled(server, load)


def test_a_few_kills_lose_and_double_nothing(new_server: Callable[..., Server]) -> None:
    _kill_under_load(new_server(LOAD_INTERVAL=0.05), kills=4, seed=random.randrange(1_000_000))


@pytest.mark.slow
@pytest.mark.parametrize("load_interval", [0, 0.05, 0.5])
def test_many_kills_lose_and_double_nothing(new_server: Callable[..., Server], load_interval: float) -> None:
    _kill_under_load(new_server(LOAD_INTERVAL=load_interval), kills=60, seed=random.randrange(1_000_000))


def test_an_orderly_end_finishes_what_is_in_flight(new_server: Callable[..., Server]) -> None:
    server = new_server()
    with Load(server) as load:
        for _ in range(2):
            load.wait_for(30)
            assert server.stop() == 0
            server.start()
        load.wait_for(1)
    assert_nothing_lost_nothing_doubled(server, load)


def test_a_small_block_size_changes_nothing(new_server: Callable[..., Server]) -> None:
    server = new_server(BLOCK_EVENTS=10, LOAD_INTERVAL=0)
    _kill_under_load(server, kills=2, seed=random.randrange(1_000_000))
