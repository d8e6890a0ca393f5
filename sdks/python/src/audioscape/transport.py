"""HTTP, as the SDK sees it: one seam, and the one implementation of it over `http.client`."""

from __future__ import annotations

import http.client
import io
import os
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple, Protocol
from urllib.parse import SplitResult, urlsplit

#: Bytes of an answer that are read; the longest the server gives is a hundredth of this.
MAX_ANSWER_BYTES = 1 << 22


class Request(NamedTuple):
    """One POST."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Response(NamedTuple):
    """A complete answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TransportError(Exception):
    """No complete answer: the request may or may not have been carried out."""


class Transport(Protocol):
    """How requests travel. One request at a time; `send` and `close` may come from different threads in turn."""

    def send(self, request: Request, timeout: float) -> Response:
        """POST, and return the answer whatever its status; do not follow redirects, do not retry.

        Args:
            request: what to send.
            timeout: seconds for all of it, from the look-up of the name to the last byte of the answer.

        Raises:
            Exception: there is no complete answer. `TransportError`, if it can be helped.
        """
        ...

    def close(self) -> None:
        """Let go of open connections; called after each flush, and in a forked child. `send` may follow."""
        ...


class HttpTransport:
    """HTTP/1.1 over a connection that lives for one flush.

    Nothing is kept open between flushes: no socket goes stale or is shared across a fork. Proxy settings of the
    environment are not read; the system's certificate authorities are trusted.
    """

    def __init__(self, ssl_context: ssl.SSLContext | None = None) -> None:
        """Use `ssl_context` for https, by default the system's."""
        self._ssl_context = ssl_context
        self._origin = ("", "")
        self._pid = 0
        self._connection: http.client.HTTPConnection | None = None
        self._socket: _DeadlineSocket | None = None

    def send(self, request: Request, timeout: float) -> Response:
        """See `Transport`."""
        deadline = time.monotonic() + timeout
        url = urlsplit(request.url)
        try:
            connection, wire = self._connect(url, deadline)
            # A server may answer and close before it has read the body (413, 401): the answer is there all the same.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request("POST", url.path, request.body, {"Host": url.netloc, **request.headers})
            with connection.getresponse() as answer:
                # http.client is silent about a head that is cut short, and about a body of which some was asked for.
                cut = wire.ended
                body = answer.read(MAX_ANSWER_BYTES + 1)
            if cut or (answer.length and len(body) <= MAX_ANSWER_BYTES):
                raise TransportError("the answer was cut short")  # noqa: TRY301 - closes like all the others
            if answer.length:
                self.close()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, headers, body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise TransportError(f"{type(error).__name__}: {error}") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """See `Transport`."""
        connection, wire = self._connection, self._socket
        self._connection = self._socket = None
        if wire is not None and os.getpid() != self._pid:
            # Forked: a thread of the parent may have been reading, and nobody here would release its reader's lock.
            wire.raw.close()
        elif connection is not None:
            connection.close()

    def _connect(self, url: SplitResult, deadline: float) -> tuple[http.client.HTTPConnection, _DeadlineSocket]:
        connection, wire = self._connection, self._socket
        if connection is None or wire is None or self._origin != (url.scheme, url.netloc) or connection.sock is None:
            self.close()
            host, port = url.hostname or "", url.port or {"https": 443}.get(url.scheme, 80)
            sock = _open(host, port, deadline)
            try:
                wire = _DeadlineSocket(self._secure(sock, host) if url.scheme == "https" else sock)
            except BaseException:
                sock.close()
                raise
            connection = http.client.HTTPConnection(host, port)
            # typeshed wants a socket; http.client itself only sends, makes a file of it, and closes.
            connection.sock = wire  # type: ignore[assignment]
            self._origin, self._connection, self._socket = (url.scheme, url.netloc), connection, wire
            self._pid = os.getpid()
        wire.deadline = deadline
        return connection, wire

    def _secure(self, sock: socket.socket, host: str) -> ssl.SSLSocket:
        if self._ssl_context is None:
            self._ssl_context = ssl.create_default_context()
        return self._ssl_context.wrap_socket(sock, server_hostname=host)


class DryRun:
    """Sends nothing: every request is answered as if the server had taken it."""

    def send(self, request: Request, timeout: float) -> Response:  # noqa: ARG002 - see `Transport`
        """See `Transport`."""
        return Response(202, {}, b'{"dry_run":true}')

    def close(self) -> None:
        """See `Transport`."""


def _open(host: str, port: int, deadline: float) -> socket.socket:
    """Connect to the first address that answers. The look-up of the name is bounded by the system's resolver alone."""
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(_left(deadline))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as error:
            sock.close()
            failure = error
    raise failure or OSError("the name has no address")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


class _DeadlineSocket:
    """The part of a socket that `http.client` uses, with one deadline for all of a request.

    A socket's own timeout starts anew with every byte, so a server that trickles could hold a flush for ever.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.deadline = 0.0
        self.raw = sock
        self.ended = False
        self._readers = 0
        self._closed = False

    def sendall(self, data: Any) -> None:
        self.raw.settimeout(_left(self.deadline))
        self.raw.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        self._readers += 1
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        # http.client closes the socket of a last answer before it has read the body; a real one lives on in its files.
        self._closed = True
        if self._readers == 0:
            self.raw.close()

    def reader_closed(self) -> None:
        self._readers -= 1
        if self._closed:
            self.close()


class _Reader(io.RawIOBase):
    def __init__(self, wire: _DeadlineSocket) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.raw.settimeout(_left(self._wire.deadline))
        count = self._wire.raw.recv_into(buffer)
        self._wire.ended = count == 0
        return count

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._wire.reader_closed()
