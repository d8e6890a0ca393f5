"""A scripted ingest server: real HTTP over real sockets, faults on demand.

What it promises, and the formats of replies and of the control endpoint, are in README.md ("Fault server").

Invariants:

* Every request on the events port is recorded before anything is done about it, in order of arrival.
* A reply is used up by exactly one request (`times: n`: by n), also when the client hangs up on it.
* Events are stored at most once per (API key, Idempotency-Key, body), and before the first byte of the answer is sent.
* The control port works whatever the events port is made to do.

All state lives on one event loop and is touched from nowhere else; other threads and processes use the control port.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import gzip
import hashlib
import json
import socket
import struct
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import Any, NamedTuple

HOST = "127.0.0.1"

#: Bytes of body the server reads; more than any SDK may send.
BODY_LIMIT = 64 * 1024 * 1024

ACCEPT: dict[str, Any] = {"status": 202}

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT",
    "Access-Control-Allow-Headers": (
        "x-api-key, content-type, content-encoding, idempotency-key, x-universe-id, x-place-id"
    ),
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "7200",
}


class Request(NamedTuple):
    """One HTTP request as it came off the wire; header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key")

    @property
    def events(self) -> list[Any] | None:
        """The events in the body, or None if it is not a batch."""
        try:
            body = gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body
            events = json.loads(body)["events"]
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return None
        return events if isinstance(events, list) else None

    def record(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "path": self.path,
            "headers": self.headers,
            "body": base64.b64encode(self.body).decode(),
            "key": self.key,
            "events": self.events,
        }


class Answer(NamedTuple):
    """What goes back on the wire. `store`: the events that are stored when it does."""

    status: int
    body: bytes
    headers: dict[str, str]
    store: list[Any]


class Ledger:
    """What the server was told to do, and what it has seen and stored."""

    def __init__(self) -> None:
        self.replies: deque[dict[str, Any]] = deque()
        self.default: dict[str, Any] = ACCEPT
        self.requests: list[Request] = []
        self.stored: list[Any] = []
        self.misused = 0
        self.overlapped = False
        self.preflights = 0
        self.held = 0
        #: Requests that are being answered or held; one that hangs is presumed given up by its client.
        self.open = 0
        self.release = asyncio.Event()
        self.ended = asyncio.Event()
        self._bodies: dict[tuple[str | None, str], bytes] = {}
        self._answers: dict[tuple[str | None, str, bytes], Answer] = {}

    def script(self, script: dict[str, Any]) -> None:
        if "replies" in script:
            self.replies = deque(reply for reply in script["replies"] for _ in range(reply.get("times", 1)))
        self.default = script.get("default", self.default)

    def receive(self, request: Request) -> dict[str, Any]:
        """Record a request; return the reply that the script has for it."""
        self.requests.append(request)
        self.overlapped = self.overlapped or self.open > 0
        if request.key is not None:
            digest = hashlib.sha256(request.body).digest()
            first = self._bodies.setdefault((request.headers.get("x-api-key"), request.key), digest)
            self.misused += first != digest
        return self.replies.popleft() if self.replies else self.default

    def store(self, request: Request, answer: Answer) -> Answer:
        """Store what the answer accepts, once per key and body; return the answer that was given first."""
        if request.key is None:
            self.stored += answer.store
            return answer
        claim = (request.headers.get("x-api-key"), request.key, hashlib.sha256(request.body).digest())
        if claim not in self._answers:
            self._answers[claim] = answer
            self.stored += answer.store
        return self._answers[claim]

    def report(self) -> dict[str, Any]:
        return {
            "requests": [request.record() for request in self.requests],
            "stored": self.stored,
            "keys": [key for _, key, _ in self._answers],
            "held": self.held,
            "overlapped": self.overlapped,
            "misused": self.misused,
            "preflights": self.preflights,
        }


def compose(reply: dict[str, Any], events: list[Any]) -> Answer:
    """The answer that a scripted reply gives to a batch of these events."""
    if "maxEvents" in reply:
        reply = {"status": 413} if len(events) > reply["maxEvents"] else ACCEPT
    if "reject" in reply:
        return _judge(reply["reject"], events)
    status = reply.get("status", 202)
    if "body" in reply:
        body = reply["body"] if isinstance(reply["body"], str) else json.dumps(reply["body"])
    elif status in (200, 202):
        body = json.dumps({"accepted": len(events)})
    else:
        body = "" if status in (204, 304) else json.dumps({"error": "scripted"})
    return Answer(status, body.encode(), reply.get("headers", {}), events if 200 <= status < 300 else [])


def _judge(reject: dict[str, str], events: list[Any]) -> Answer:
    """Refuse single events as the real server does: a partial 202, or a 400 when none is left."""
    messages = {i: reject.get(str(i), reject.get("*")) for i in range(len(events))}
    errors = [f"events[{i}]: {message}" for i, message in messages.items() if message is not None]
    kept = [event for i, event in enumerate(events) if messages[i] is None]
    if not kept:
        return Answer(400, json.dumps({"error": "All events were rejected", "details": errors}).encode(), {}, [])
    body: dict[str, Any] = {"accepted": len(kept)}
    if errors:
        body.update(rejected=len(errors), errors=errors)
    return Answer(202, json.dumps(body).encode(), {}, kept)


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request on a connection; None when the client has closed it or does not speak HTTP."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *fields = head.rstrip("\r\n").split("\r\n")
        method, path, _ = line.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        length = int(headers.get("content-length", "0"))
        if length > BODY_LIMIT or "transfer-encoding" in headers:
            return None
        return Request(method, path, headers, await reader.readexactly(length))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
        return None


def encode(answer: Answer, *, close: bool) -> bytes:
    headers = {"Content-Type": "application/json", **CORS, **answer.headers}
    if answer.status != 204:
        headers["Content-Length"] = str(len(answer.body))
    if close:
        headers["Connection"] = "close"
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {answer.status} Scripted\r\n{fields}\r\n".encode("latin-1") + answer.body


def bound_socket(port: int = 0) -> socket.socket:
    """A socket that holds a port; until it listens, the system refuses connections to the port.

    SO_REUSEPORT lets one socket hold the port while another listens on it.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((HOST, port))
    sock.setblocking(False)
    return sock


def address(sock: socket.socket) -> str:
    return f"http://{HOST}:{sock.getsockname()[1]}"


class Service:
    """The two ports, on the running event loop."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._events_socket = bound_socket()
        self._control_socket = bound_socket()
        self._refused_socket = bound_socket()
        self._listener: asyncio.AbstractServer | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self.addresses = {
            "events": address(self._events_socket),
            "control": address(self._control_socket),
            "refused": address(self._refused_socket),
        }

    async def start(self) -> None:
        self._control = await asyncio.start_server(self._serve_control, sock=self._control_socket)
        await self._up()

    def stop(self) -> None:
        """Close the ports and every connection; what hangs or is held is dropped."""
        self._down()
        self._control.close()
        for writer in tuple(self._connections):
            writer.transport.abort()
        for sock in (self._events_socket, self._refused_socket):
            sock.close()

    async def _up(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._serve_events, sock=self._events_socket)

    def _down(self) -> None:
        """Refuse connections and drop those there are, but keep the port."""
        if self._listener is None:
            return
        self._events_socket = bound_socket(self._events_socket.getsockname()[1])
        self._listener.close()
        self._listener = None
        for writer in tuple(self._connections):
            if writer.get_extra_info("sockname") == self._events_socket.getsockname():
                writer.transport.abort()

    async def _reset(self) -> None:
        self.ledger.ended.set()
        self.ledger = Ledger()
        await self._up()

    async def _serve_events(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while request := await read_request(reader):
                if request.method == "OPTIONS":
                    self.ledger.preflights += 1
                    writer.write(encode(Answer(204, b"", {}, []), close=False))
                elif not await self._answer(request, reader, writer):
                    break
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Do what the script says about a request. True if the connection can carry another."""
        ledger = self.ledger
        reply = ledger.receive(request)
        if reply.get("fault") == "hang":
            await _wait_held(ledger, reader, asyncio.Event())
            return False
        ledger.open += 1
        try:
            while reply.get("fault") == "hold":
                if not await _wait_held(ledger, reader, ledger.release):
                    return False
                reply = reply.get("then", ACCEPT)
            return _send(ledger, reply, request, writer)
        finally:
            ledger.open -= 1

    async def _serve_control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while request := await read_request(reader):
                writer.write(encode(await self._control_answer(request), close=False))
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _control_answer(self, request: Request) -> Answer:
        result: Any = {}
        command = (request.method, request.path)
        if command == ("GET", "/received"):
            result = self.ledger.report()
        elif command == ("GET", "/held"):
            result = {"held": self.ledger.held}
        elif command == ("PUT", "/script"):
            try:
                self.ledger.script(json.loads(request.body))
            except (ValueError, TypeError, AttributeError, binascii.Error) as error:
                return Answer(400, json.dumps({"error": f"not a script: {error}"}).encode(), {}, [])
        elif command == ("POST", "/release"):
            self.ledger.release.set()
            self.ledger.release = asyncio.Event()
        elif command == ("POST", "/reset"):
            await self._reset()
        elif command == ("POST", "/down"):
            self._down()
        elif command == ("POST", "/up"):
            await self._up()
        elif request.method == "OPTIONS":
            return Answer(204, b"", {}, [])
        else:
            return Answer(
                404, json.dumps({"error": f"no such command: {request.method} {request.path}"}).encode(), {}, []
            )
        return Answer(200, json.dumps(result).encode(), {}, [])


async def _wait_held(ledger: Ledger, reader: asyncio.StreamReader, release: asyncio.Event) -> bool:
    """Hold a request until it is released (True), or the client hangs up or the script is reset (False)."""
    ledger.held += 1
    waits = [asyncio.ensure_future(wait) for wait in (release.wait(), ledger.ended.wait(), reader.read(1))]
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return waits[0] in done
    finally:
        ledger.held -= 1
        for wait in waits:
            wait.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await wait


def _send(ledger: Ledger, reply: dict[str, Any], request: Request, writer: asyncio.StreamWriter) -> bool:
    answer = compose({} if "fault" in reply else reply, request.events or [])
    fault = reply.get("fault")
    if (fault is None or reply.get("store", False)) and 200 <= answer.status < 300:
        answer = ledger.store(request, answer)
    if fault == "reset":
        _reset_connection(writer)
        return False
    if fault == "truncate":
        writer.write(encode(answer, close=True)[: -max(1, len(answer.body) // 2)])
        return False
    close = request.headers.get("connection", "").lower() == "close"
    writer.write(encode(answer, close=close))
    return not close


def _reset_connection(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN: a linger time of zero throws away what was not sent."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class FaultServer:
    """The service in a thread of its own: `with FaultServer() as server: … server.events`."""

    events: str
    control: str
    refused: str

    def __enter__(self) -> FaultServer:  # noqa: PYI034 - typing.Self is younger than Python 3.9
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="fault-server", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._stopped = asyncio.Event()
        service = Service()
        await service.start()
        self.events, self.control, self.refused = (service.addresses[name] for name in ("events", "control", "refused"))
        ready.set()
        await self._stopped.wait()
        service.stop()


def main() -> None:
    with FaultServer() as server:
        print(json.dumps({"events": server.events, "control": server.control, "refused": server.refused}), flush=True)
        with suppress(KeyboardInterrupt):
            sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
