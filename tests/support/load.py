"""Game servers that send without pause through whatever happens, and remember what they were promised.

Every event carries an id of its own in its metadata. A 202 puts the ids of its batch into the ledger of what the server
owes; what was never answered for good may be stored or not, but not twice.
"""

from __future__ import annotations

import itertools
import math
import random
import threading
import time
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any, Self

import httpx

from support.server import INGEST
from support.waiting import eventually

if TYPE_CHECKING:
    from support.server import Server

#: Seconds that a sender waits after a failure: the server is gone and comes back in seconds.
RETRY_S = 0.05
#: Seconds that a sender goes on with its last batch.
GIVE_UP_S = 20.0
TRACKS = 7
PLAYERS = 5


class Load:
    """Several senders at once, from ``with`` to its end.

    Args:
        server: where to; it may die and come back under the same URL.
        senders: how many at once.
        batch: events in a batch.
        seed: of the events' variety.
    """

    def __init__(self, server: Server, *, senders: int = 4, batch: int = 20, seed: int = 0) -> None:
        self.kind_of: dict[int, str] = {}
        self.owed: set[int] = set()
        self.acknowledged = 0
        self.unforeseen: list[str] = []
        self._server = server
        self._key = server.key
        self._batch = batch
        self._ids = itertools.count()
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._given_up_at = math.inf
        self._threads = [
            threading.Thread(target=self._send_on, args=(random.Random(f"{seed}-{number}"),))
            for number in range(senders)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let every sender bring its batch to an end."""
        self._given_up_at = time.monotonic() + GIVE_UP_S
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, batches: int) -> None:
        """Wait until so many more batches are acknowledged."""
        goal = self.acknowledged + batches
        try:
            eventually(self._progress, until=lambda seen: seen >= goal, within=60)
        except AssertionError as error:
            raise AssertionError(f"{error}; wanted {goal}; {self.unforeseen}\n{self._server.tail()}") from None

    def _progress(self) -> int:
        assert self._server.is_running(), "the server ended by itself"
        return self.acknowledged

    def _send_on(self, random_: random.Random) -> None:
        with httpx.Client(base_url=self._server.url, timeout=10, trust_env=False) as client:
            while not self._ending.is_set():
                events = self._events(random_)
                # Both sorts of clients are out there: those that name a batch and send it again, and those that do not.
                name = str(uuid.uuid4()) if random_.random() < 0.7 else None
                self._deliver(client, events, name)

    def _events(self, random_: random.Random) -> list[dict[str, Any]]:
        with self._lock:
            ids = [next(self._ids) for _ in range(self._batch)]
            kinds = {id_: random_.choice(["play", "skip", "stop", "favorite", "add_to_queue"]) for id_ in ids}
            self.kind_of.update(kinds)
        return [
            {
                "type": kind,
                "asset_id": str(random_.randrange(1, TRACKS + 1)),
                "player_id": f"player-{random_.randrange(PLAYERS)}",
                "duration": random_.randrange(300),
                "metadata": {"id": id_},
            }
            for id_, kind in kinds.items()
        ]

    def _deliver(self, client: httpx.Client, events: list[dict[str, Any]], name: str | None) -> None:
        headers = {"x-api-key": self._key} | ({"idempotency-key": name} if name else {})
        while True:
            try:
                answer = client.post(INGEST, json={"events": events}, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 202:
                with self._lock:
                    self.owed.update(event["metadata"]["id"] for event in events)
                    self.acknowledged += 1
                return
            if answer is not None and answer.status_code not in (429, 503):
                self.unforeseen.append(f"{answer.status_code} {answer.text[:200]}")
                return
            if name is None or self._gives_up():
                return

    def _gives_up(self) -> bool:
        """Whether a batch that was not answered for good is let go: at the end, when the server does not come round."""
        if not self._ending.wait(RETRY_S):
            return False
        time.sleep(RETRY_S)
        return time.monotonic() > self._given_up_at


def stored_events(server: Server) -> list[dict[str, Any]]:
    """Every event of the server's own project, page by page."""
    events: list[dict[str, Any]] = []
    cursor = None
    while True:
        params = {"limit": 1000} | ({"cursor": cursor} if cursor else {})
        page = server.get("/analytics/v1/events", params=params).json()
        events += page["events"]
        cursor = page["next_cursor"]
        if not cursor:
            return events


def assert_nothing_lost_nothing_doubled(server: Server, load: Load, *, within: float = 60) -> None:
    """What was promised is there once; what was not, at most once; and every rollup says the same."""
    ledger = server.settled(within=within)
    assert load.unforeseen == []
    stored = stored_events(server)
    times = Counter(event["metadata"]["id"] for event in stored)
    assert load.owed - times.keys() == set(), "acknowledged events are lost"
    assert [id_ for id_, count in times.items() if count > 1] == [], "events are stored twice"
    assert {id_: kind for id_, kind in load.kind_of.items() if id_ in times} == {
        event["metadata"]["id"]: event["type"] for event in stored
    }
    assert ledger["loaded"] == len(stored)
    assert ledger["accepted"] == ledger["loaded"] + ledger["duplicates"], "something is in quarantine or erased"

    kinds = Counter(event["type"] for event in stored)
    heard = sum(event["duration"] for event in stored if event["type"] in ("stop", "skip"))
    expected = {
        "events": len(stored),
        "plays": kinds["play"],
        "skips": kinds["skip"],
        "favorites": kinds["favorite"],
        "queue_adds": kinds["add_to_queue"],
        "listened_seconds": heard,
        "listeners": len({event["player_id"] for event in stored if event["type"] in ("play", "stop", "skip")}),
    }
    totals = server.get("/analytics/v1/overview").json()["totals"]
    assert {name: totals[name] for name in expected} == expected
    tracks = server.get("/analytics/v1/tracks", params={"limit": 100}).json()["tracks"]
    assert {track["asset_id"]: track["plays"] for track in tracks} == {
        asset: sum(event["type"] == "play" for event in stored if event["asset_id"] == asset)
        for asset in {event["asset_id"] for event in stored}
    }
