"""A clock that only moves when told, and a transport whose timeouts go by it.

Both know which threads of the SDK are at rest, so that a test can say: all is done that can be done at this moment.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from audioscape import HttpTransport

#: Real seconds after which something that should have settled has failed.
PATIENCE = float(os.environ.get("AUDIOSCAPE_TEST_PATIENCE", "10"))

#: The endpoint of a client whose transport does not send.
NOWHERE = "http://nowhere"

#: Real seconds for a request: so many that only the virtual timeout ends one that hangs.
REAL_TIMEOUT = 120.0


@dataclass(eq=False)
class Waiter:
    condition: threading.Condition
    deadline: float  # virtual seconds, or infinity


class VirtualClock:
    """See `audioscape.Clock`."""

    def __init__(self, wall: float = 1_800_000_000) -> None:
        self._wall = wall
        self._now = 0.0
        self._lock = threading.Lock()
        self._waiters: dict[int, Waiter] = {}
        self._before = set(threading.enumerate())
        self.held = lambda: 0  # how many requests the server holds
        self.in_flight = 0

    def time(self) -> float:
        return self._wall + self._now

    def monotonic(self) -> float:
        return self._now

    def wait(self, condition, seconds) -> None:
        waiter = Waiter(condition, float("inf") if seconds is None else self._now + seconds)
        with self._lock:
            self._waiters[threading.get_ident()] = waiter
        try:
            condition.wait()
        finally:
            with self._lock:
                del self._waiters[threading.get_ident()]

    def _at_rest(self) -> bool:
        """Whether every thread of the SDK waits for the clock, and for nothing that will come without it."""
        threads = [t for t in threading.enumerate() if t.name.startswith("audioscape") and t not in self._before]
        with self._lock:
            waiters = dict(self._waiters)
        if any(thread.ident not in waiters for thread in threads):
            return False
        by_condition: dict[threading.Condition, int] = {}
        for waiter in waiters.values():
            by_condition[waiter.condition] = by_condition.get(waiter.condition, 0) + 1
        # A condition forgets a waiter when it notifies it, before the thread has run.
        if any(len(condition._waiters) != count for condition, count in by_condition.items()):
            return False
        return self.in_flight <= self.held()

    def settle(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while not self._at_rest():
            assert time.monotonic() < give_up, "did not settle"
            time.sleep(0.001)

    def advance(self, seconds: float) -> None:
        """Move on, stopping at each timer on the way."""
        target = self._now + seconds
        while self.step(target):
            pass
        self._now = target

    def step(self, limit: float) -> bool:
        """Settle; then move to the next timer, if there is one up to `limit`, and settle again."""
        self.settle()
        with self._lock:
            waiters = list(self._waiters.values())
        deadline = min((waiter.deadline for waiter in waiters), default=float("inf"))
        if deadline > limit:
            return False
        self._now = max(self._now, deadline)
        for waiter in waiters:
            if waiter.deadline <= self._now:
                with waiter.condition:
                    waiter.condition.notify_all()
        self.settle()
        return True

    def run(self, call, timeout: float):
        """Make a call that may wait; it must return by its timeout. Returns what it returns."""
        pending = Pending(call)
        self.finish(pending, self._now + timeout)
        return pending.result

    def finish(self, pending: Pending, limit: float) -> None:
        give_up = time.monotonic() + PATIENCE
        while True:
            self.settle()
            if pending.done:
                break
            assert self.step(limit), "did not return by its deadline"
            assert time.monotonic() < give_up, "did not return, and time did not pass"
        if pending.error:
            raise pending.error


class Pending:
    """A call under way in a thread of its own, which counts as one of the SDK's."""

    def __init__(self, call) -> None:
        self.result = self.error = None
        self.done = False  # said before the thread is gone, which settle() waits for
        self.thread = threading.Thread(target=self._run, args=(call,), name="audioscape-call", daemon=True)
        self.thread.start()

    def _run(self, call) -> None:
        try:
            self.result = call()
        except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
            self.error = error
        self.done = True


class VirtualTransport:
    """The SDK's own HTTP transport, but for its timeouts, which go by the virtual clock."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._inner = HttpTransport()
        self.attempts = 0

    def send(self, request, timeout):
        self.attempts += 1
        clock, inner, deadline = self._clock, self._inner, self._clock.monotonic() + timeout
        answered = threading.Condition()
        outcome = []

        def exchange():
            try:
                result = inner.send(request, REAL_TIMEOUT)
            except Exception as error:  # noqa: BLE001 - raised again by send()
                result = error
            with answered:
                outcome.append(result)
                answered.notify()

        clock.in_flight += 1
        try:
            thread = threading.Thread(target=exchange, daemon=True)
            thread.start()
            with answered:
                while not outcome and clock.monotonic() < deadline:
                    clock.wait(answered, deadline - clock.monotonic())
                timed_out = not outcome
            if timed_out:
                abort(inner)
                thread.join(PATIENCE)
                raise TimeoutError
            thread.join(PATIENCE)
        finally:
            clock.in_flight -= 1
        if isinstance(outcome[0], Exception):
            raise outcome[0]
        return outcome[0]

    def close(self) -> None:
        self._inner.close()


def abort(transport: HttpTransport) -> None:
    """Close the connection under a request that another thread waits for."""
    wire = transport._socket
    if wire is not None:
        with suppress(OSError):
            wire.raw.shutdown(socket.SHUT_RDWR)


class Control:
    """The control port of a fault server."""

    def __init__(self, server) -> None:
        self.server = server

    def __call__(self, method: str, path: str, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(
            urllib.request.Request(self.server.control + path, data, method=method), timeout=PATIENCE
        ) as answer:
            return json.load(answer)

    def script(self, *replies, **default) -> None:
        self("PUT", "/script", {"replies": list(replies), **default})

    def received(self):
        return self("GET", "/received")

    def stored(self) -> list[int]:
        return [int(event["asset_id"]) for event in self.received()["stored"]]

    def held(self) -> int:
        return self("GET", "/held")["held"]

    def await_held(self, count: int) -> None:
        give_up = time.monotonic() + PATIENCE
        while self.held() != count:
            assert time.monotonic() < give_up, f"the server never held {count} requests"


@contextmanager
def collected_logs():
    """All warnings that the SDK logs meanwhile, formatted; its debug lines in the attribute `debug`."""

    class Lines(list):
        def __init__(self) -> None:
            self.debug = []

    lines = Lines()

    class Collector(logging.Handler):
        def emit(self, record):
            (lines.debug if record.levelno == logging.DEBUG else lines).append(self.format(record))

    logger, collector = logging.getLogger("audioscape"), Collector()
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(collector)
    try:
        yield lines
    finally:
        logger.removeHandler(collector)
        logger.setLevel(level)
