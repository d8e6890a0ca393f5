"""A proxy in front of a real ingest server that breaks requests on purpose: real sockets, faults by a schedule.

Invariants:

* Each request to the events port uses up one fault of the schedule; when none is left, requests are just forwarded.
* What is forwarded is forwarded as it came: same path, headers and bytes. The proxy adds, changes and repeats nothing.
* Every request is in the log before its client hears anything of it, with the answer of the real server if it was
  forwarded. So the log says of each batch how often the real server stored it, whatever the client was told.
* When the real server is away the client's connection is reset.

``GET /latest`` on the control port answers ``{"requests": n, "silent": bool}``: how many requests came so far, and
whether the latest of them is kept waiting for ever. Whoever drives a client by a virtual clock, and knows how many it
has made, can tell from it that nothing more will happen until the clock moves. A count of what is kept waiting could
not say that: a request that its client has just given up would pass for the next one.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import socket
import struct
import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from fault_server import Request, address, bound_socket, read_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Seconds that the real server may take for one request on a busy machine.
UPSTREAM_TIMEOUT_S = 30.0
#: Seconds by which a delayed request is late.
DELAY_S = 0.05
#: ``Retry-After`` of the 429 and the 503 that the proxy makes up, in seconds: longer than a first backoff.
RETRY_AFTER_S = 90

#: How often two failures have a while between them.
_PAUSE = 0.6

#: Not forwarded: they belong to one connection, or say what is said anew.
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date"}


class Fault(StrEnum):
    """What becomes of a request."""

    FORWARD = "forwarded"
    DELAY = "delay"
    TOO_MANY = "429 with Retry-After"
    ERROR = "500"
    UNAVAILABLE = "503"
    RESET_BEFORE = "reset before forwarding"
    RESET_AFTER = "reset after storing"
    TRUNCATE = "answer cut short after storing"
    SILENCE = "no answer after storing"
    CRASH = "server killed after storing"


#: Faults in which the real server has answered, and its client does not know.
STORED_UNHEARD = frozenset({Fault.RESET_AFTER, Fault.TRUNCATE, Fault.SILENCE, Fault.CRASH})
#: Faults that look like a failure to the client.
FAILURES = STORED_UNHEARD | {Fault.TOO_MANY, Fault.ERROR, Fault.UNAVAILABLE, Fault.RESET_BEFORE}


def schedule(rng: random.Random, rounds: int = 2) -> list[Fault]:
    """Every failure ``rounds`` times but one crash, in random order, never more than two in a row.

    Longer rows would fill a client's queue, which is another test's subject.
    """
    failures = sorted(FAILURES - {Fault.CRASH}) * rounds
    rng.shuffle(failures)
    faults: list[Fault] = []
    for number, fault in enumerate(failures):
        if number == len(failures) // 2:
            # In the middle, where there is much before it and after it; the first resend may find no server yet.
            faults += [Fault.FORWARD, Fault.CRASH, Fault.FORWARD, Fault.FORWARD]
        if set(faults[-2:]) <= FAILURES or rng.random() < _PAUSE:
            faults += [rng.choice((Fault.FORWARD, Fault.DELAY)) for _ in range(rng.randint(1, 4))]
        faults.append(fault)
    return faults


@dataclass(frozen=True)
class Exchange:
    """One request of a client, what was done to it, and what the real server said; status 0: nothing, or not asked."""

    request: Request
    fault: Fault
    status: int
    answer: dict[str, Any]

    @property
    def key(self) -> str | None:
        """The batch's ``Idempotency-Key``."""
        return self.request.key

    @property
    def stored(self) -> bool:
        """Whether the real server has acknowledged it."""
        return self.status == http.HTTPStatus.ACCEPTED

    @property
    def accepted(self) -> int:
        """Events that the real server took."""
        return self.answer.get("accepted", 0)

    @property
    def rejected(self) -> int:
        """Events that the real server refused."""
        return len(self.answer.get("details", self.answer.get("errors", ())))


class FaultProxy:
    """The proxy in a thread of its own: ``with FaultProxy(port, faults, crash) as proxy: … proxy.events``.

    Args:
        port: of the real server, on the loopback.
        faults: one for each request from now on.
        crash: kills the real server; called from the proxy's thread.
    """

    events: str
    control: str

    def __init__(
        self,
        port: int,
        faults: Iterable[Fault] = (),
        crash: Callable[[], None] = lambda: None,
    ) -> None:
        self.log: list[Exchange] = []
        self._port = port
        self._faults = deque(faults)
        self._crash = crash
        self._requests = 0
        self._silent = False
        self._connections: set[asyncio.StreamWriter] = set()

    @property
    def used_up(self) -> bool:
        """Whether every fault of the schedule has happened."""
        return not self._faults

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="fault-proxy", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def _run(self, ready: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._ended = asyncio.Event()
        sockets = bound_socket(), bound_socket()
        self.events, self.control = map(address, sockets)
        servers = [
            await asyncio.start_server(serve, sock=sock)
            for serve, sock in zip((self._serve_events, self._serve_control), sockets, strict=True)
        ]
        ready.set()
        await self._ended.wait()
        for server in servers:
            server.close()
        for writer in tuple(self._connections):
            writer.transport.abort()

    async def _serve_control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._converse(reader, writer, self._answer_control)

    async def _serve_events(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._converse(reader, writer, self._answer_event)

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Callable[..., Any]
    ) -> None:
        self._connections.add(writer)
        try:
            while (request := await read_request(reader)) and await answer(request, reader, writer):
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client is gone, or the proxy ends
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _answer_control(self, request: Request, _reader: object, writer: asyncio.StreamWriter) -> bool:
        if request.path == "/latest":
            latest = {"requests": self._requests, "silent": self._silent}
            writer.write(_encode(200, {}, json.dumps(latest).encode()))
        else:
            writer.write(_encode(404, {}, b"{}"))
        return True

    async def _answer_event(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Do with a request what the schedule says. True if its connection can carry another."""
        fault = self._faults.popleft() if self._faults else Fault.FORWARD
        self._requests += 1
        self._silent = False
        match fault:
            case Fault.TOO_MANY | Fault.ERROR | Fault.UNAVAILABLE:
                self.log.append(Exchange(request, fault, 0, {}))
                writer.write(_refusal(fault))
                return True
            case Fault.RESET_BEFORE:
                self.log.append(Exchange(request, fault, 0, {}))
                _reset(writer)
                return False
            case Fault.DELAY:
                await asyncio.sleep(DELAY_S)
        answered = await asyncio.to_thread(self._forward, request)
        if answered is None:
            self.log.append(Exchange(request, fault, 0, {}))
            _reset(writer)
            return False
        status, headers, body = answered
        if fault is Fault.CRASH:
            await asyncio.to_thread(self._crash)
        self.log.append(Exchange(request, fault, status, json.loads(body)))
        if fault in (Fault.FORWARD, Fault.DELAY):
            writer.write(_encode(status, headers, body))
            return True
        if fault is Fault.TRUNCATE:
            writer.write(_encode(status, headers, body)[: -max(1, len(body) // 2)])
            return False
        if fault is Fault.SILENCE:
            await self._keep_silent(reader)
            return False
        _reset(writer)
        return False

    async def _keep_silent(self, reader: asyncio.StreamReader) -> None:
        """Until the client hangs up. It may have made its next request before that is noticed here."""
        latest, self._silent = self._requests, True
        await reader.read(1)
        if self._requests == latest:
            self._silent = False

    def _forward(self, request: Request) -> tuple[int, dict[str, str], bytes] | None:
        """Ask the real server; its status, headers and body, or None when it did not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=UPSTREAM_TIMEOUT_S)
        try:
            connection.request(request.method, request.path, request.body, {**request.headers, "connection": "close"})
            response = connection.getresponse()
            fields = ((name.lower(), value) for name, value in response.getheaders())
            kept = {name: value for name, value in fields if name not in _HOP_BY_HOP}
            return response.status, kept, response.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def _refusal(fault: Fault) -> bytes:
    """What a real server that has too much to do, or a fault of its own, would say."""
    wait = {"retry-after": str(RETRY_AFTER_S)}
    match fault:
        case Fault.TOO_MANY:
            return _encode(429, wait, b'{"message":"Too Many Requests"}')
        case Fault.UNAVAILABLE:
            return _encode(503, wait, b'{"error":"Service Unavailable"}')
        case _:
            return _encode(500, {}, b'{"error":"Internal Server Error"}')


def _encode(status: int, headers: dict[str, str], body: bytes) -> bytes:
    fields = {"content-type": "application/json", **headers, "content-length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n{head}\r\n".encode("latin-1") + body


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN: a linger time of zero throws away what was not sent."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
