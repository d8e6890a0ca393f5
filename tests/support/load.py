"""Game servers that send without pause through whatever happens, and remember what they were promised.

A 202 puts its batch among those that the server owes. A batch that was never answered for good may be stored or not,
but not twice. Named batches are sent again until they are answered, and some of them once more long after; the others
are sent once.
"""

from __future__ import annotations

import http.client
import itertools
import json
import math
import random
import threading
import time
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from support.batches import Batches
from support.server import INGEST
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.server import Server

#: Batches a second that are load enough for what happens at a point of the code, or between a copy and its return. At
#: full speed most of a test's time is spent on storing and comparing what was sent; what is about speed (kills at any
#: moment, slow syncs, memory) sends so.
STEADY = 100.0
#: Seconds that a sender waits after a failure: the server is gone and comes back in seconds.
RETRY_S = 0.05
#: Seconds that a sender goes on with its last batch.
GIVE_UP_S = 20.0
#: Seconds that a client waits for an answer.
ANSWER_S = 10.0
#: Of the answers, those after which a client comes back.
COME_BACK = (429, 503)


class Load:
    """Several senders at once, from ``with`` to its end.

    Args:
        servers: where to, each batch to any of them; they may die and come back under the same URL.
        senders: how many at once.
        batch: events in a batch.
        seed: of the events' variety.
        ages: days of age that events have.
        late_retries: of the batches, the share after which an older one is sent once more.
        rate: batches a second that are not exceeded, all senders together.

    Attributes:
        owed: numbers of the batches that were answered 202.
        tried: no batch has this number or a higher one.
        refused: answers after which a client comes back.
        unforeseen: other answers, a 202 for a part of the events among them: none of these batches deserves that.
    """

    def __init__(
        self,
        *servers: Server,
        senders: int = 4,
        batch: int = 20,
        seed: int = 0,
        ages: Sequence[int] = (0,),
        late_retries: float = 0.05,
        rate: float = math.inf,
    ) -> None:
        self.batches = Batches(size=batch, seed=seed, ages=ages)
        self.owed: set[int] = set()
        self.tried = 0
        self.refused = 0
        self.unforeseen: list[str] = []
        self._servers = servers
        self._late_retries = late_retries
        self._pause_s = senders / rate
        self._numbers = itertools.count()
        self._named: list[int] = []
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self._at_rest = threading.Barrier(senders + 1) if senders else None
        self._given_up_at = math.inf
        self._threads = [
            threading.Thread(target=self._send_on, args=(random.Random(f"{seed}-{number}"),))
            for number in range(senders)
        ]

    @property
    def acknowledged(self) -> int:
        """Batches that were answered 202."""
        return len(self.owed)

    def __enter__(self) -> Self:
        self._key = self._servers[0].key
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let every sender bring its batch to an end."""
        self._given_up_at = time.monotonic() + GIVE_UP_S
        self._ending.set()
        self._going.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, batches: int, *, within: float = 60) -> None:
        """Wait until so many more batches are acknowledged."""
        goal = self.acknowledged + batches
        try:
            eventually(self._progress, until=lambda seen: seen >= goal, within=within)
        except AssertionError as error:
            tails = "\n".join(server.tail() for server in self._servers)
            raise AssertionError(f"{error}; wanted {goal}; {self.unforeseen}\n{tails}") from None

    def pause(self) -> None:
        """Let every sender bring its batch to an end and rest. The servers must run."""
        assert self._at_rest is not None
        self._going.clear()
        self._at_rest.wait(60)

    def go_on(self) -> None:
        """End the rest."""
        self._going.set()

    def _progress(self) -> int:
        assert all(server.is_running() for server in self._servers), "a server ended by itself"
        return self.acknowledged

    def _send_on(self, random_: random.Random) -> None:
        clients = [Client(server.url, self._key) for server in self._servers]
        while not self._ending.wait(self._pause_s):
            if not self._going.is_set():
                assert self._at_rest is not None
                self._at_rest.wait(60)
                self._going.wait()
                continue
            number = next(self._numbers)
            self.tried = max(self.tried, number + 1)
            self._deliver(random_, clients, number)
            if self._named and random_.random() < self._late_retries:
                self._post(random_.choice(clients), random_.choice(self._named))
        for client in clients:
            client.close()

    def _deliver(self, random_: random.Random, clients: Sequence[Client], number: int) -> None:
        while True:
            if self._post(random_.choice(clients), number) or not self.batches.is_named(number) or self._gives_up():
                return

    def _post(self, client: Client, number: int) -> bool:
        """Send a batch; whether that is settled. A 202 is put down."""
        answer = client.post(self.batches.body(number), self.batches.headers(number))
        if answer is None or answer[0] in COME_BACK:
            self.refused += answer is not None
            return False
        status, body = answer
        with self._lock:
            if status != 202 or json.loads(body) != {"accepted": self.batches.size}:
                self.unforeseen.append(f"{status} {body[:200]!r}")
            elif number not in self.owed:
                self.owed.add(number)
                if self.batches.is_named(number):
                    self._named.append(number)
        return True

    def _gives_up(self) -> bool:
        """Whether a batch that was not answered for good is let go: at the end, when the server does not come round."""
        if not self._ending.wait(RETRY_S):
            return False
        time.sleep(RETRY_S)
        return time.monotonic() > self._given_up_at


class Client:
    """A connection that is kept open, and opened again after whatever happened to it.

    Args:
        url: of the server.
        key: the API key.
    """

    def __init__(self, url: str, key: str) -> None:
        place = urlsplit(url)
        assert place.hostname is not None
        self._connection = http.client.HTTPConnection(place.hostname, place.port, timeout=ANSWER_S)
        self._key = key

    def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes] | None:
        """The status and the body of the answer; None when there was none."""
        try:
            self._connection.request("POST", INGEST, body, {"x-api-key": self._key, **headers})
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return None

    def close(self) -> None:
        self._connection.close()
