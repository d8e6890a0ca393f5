"""Several workers with one control database and one warehouse: whoever takes a batch, it is stored once."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

from support.batches import UNNAMED
from support.load import STEADY, Client, Load
from support.nodes import installation
from support.oracle import judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from support.server import Server


class Storm(Load):
    """A load whose every batch comes from many clients at the same moment.

    Args:
        servers: each client knows all of them.
        ways: clients.
    """

    def __init__(self, servers: Sequence[Server], *, ways: int) -> None:
        super().__init__(*servers, senders=0, batch=5)
        self._ways = ways

    def rage(self, batches: int) -> None:
        """Send so many batches, each from every client until every client is answered for good."""
        self._key = self._servers[0].key
        barrier = threading.Barrier(self._ways)
        numbers = [number * 10 + UNNAMED + number % (10 - UNNAMED) for number in range(batches)]
        self.tried = numbers[-1] + 1

        def send_all(random_: random.Random) -> None:
            clients = [Client(server.url, self._key) for server in self._servers]
            for number in numbers:
                barrier.wait(120)
                while not self._post(random_.choice(clients), number):
                    pass
            for client in clients:
                client.close()

        threads = [threading.Thread(target=send_all, args=(random.Random(way),)) for way in range(self._ways)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_a_batch_that_many_clients_send_to_all_nodes_at_once_is_stored_once(
    tmp_path: Path, postgresql_url: str
) -> None:
    with installation(tmp_path, postgresql_url, nodes=3, LOAD_INTERVAL=0.05) as (servers, clickhouse):
        storm = Storm(servers, ways=30)
        storm.rage(batches=20)
        verdict = judge(servers[0], storm, nodes=servers[1:], clickhouse=clickhouse)
    assert verdict.findings == []
    assert verdict.stored == 20 * 5


def test_nodes_that_are_killed_in_turn_store_each_event_once(tmp_path: Path, postgresql_url: str) -> None:
    with installation(tmp_path, postgresql_url, nodes=2, LOAD_INTERVAL=0.05, BLOCK_EVENTS=200) as (servers, clickhouse):
        with Load(*servers, late_retries=0.3, rate=STEADY) as load:
            for _ in range(2):
                for server in servers:
                    load.wait_for(20)
                    server.kill()
                    server.start()
            load.wait_for(1)
        verdict = judge(servers[0], load, nodes=servers[1:], clickhouse=clickhouse)
    assert verdict.findings == []


def test_a_warehouse_that_dies_and_comes_back_delays_and_loses_nothing(
    tmp_path: Path, postgresql_url: str, pace: str
) -> None:
    settings = {"LOAD_INTERVAL": 0.05, "BLOCK_EVENTS": 200}
    with installation(tmp_path, postgresql_url, nodes=1, tamper=pace, **settings) as (servers, clickhouse):
        with Load(*servers, rate=STEADY) as load:
            for _ in range(1 if pace else 3):
                load.wait_for(30)
                clickhouse.kill()
                load.wait_for(30)
                clickhouse.start()
            load.wait_for(1)
        verdict = judge(servers[0], load, clickhouse=clickhouse)
    assert verdict.findings == []
