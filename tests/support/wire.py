"""HTTP by hand: what no client library would send, and what a server does then."""

from __future__ import annotations

import contextlib
import http.client
import io
import select
import socket
import struct
from typing import NamedTuple, Self

from support.server import INGEST

#: Seconds to wait for an answer that should come at once.
ANSWER_S = 20.0


class Answer(NamedTuple):
    """A server's answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class _KeptReader(io.BufferedReader):
    """A reader that outlives the answer read from it: the next pipelined answer is behind it."""

    def close(self) -> None:
        pass


class _Source:
    """What http.client takes for a socket."""

    def __init__(self, reader: _KeptReader) -> None:
        self._reader = reader

    def makefile(self, _mode: str) -> _KeptReader:
        return self._reader


class Connection:
    """A TCP connection to the server; every wait on it has an end."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S)
        self._raw = self._socket.makefile("rb", buffering=0)
        self._reader = _KeptReader(self._raw)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, *parts: bytes) -> bool:
        """Send; whether the server still took it all."""
        try:
            for part in parts:
                self._socket.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def send_now(self, part: bytes) -> bool:
        """Send as much as fits without waiting; whether the connection is still there."""
        try:
            self._socket.send(part, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def fill(self, part: bytes) -> None:
        """Send this again and again, reading nothing, until nothing more fits on the way."""
        while self._is_ready(select.POLLOUT, within=2):
            self._socket.send(part)

    def end_sending(self) -> None:
        """Half-close: nothing more comes, answers are still read."""
        # The server may have closed already: then there is nothing left to say.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Break the connection off with RST."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def answer(self, method: str = "POST", *, within: float = ANSWER_S) -> Answer | None:
        """The next answer; None when the server closes the connection without one.

        Raises:
            TimeoutError: neither came in time.
        """
        self._socket.settimeout(within)
        response = http.client.HTTPResponse(_Source(self._reader), method=method)  # type: ignore[arg-type]
        try:
            response.begin()
            return Answer(response.status, response.headers, response.read())
        except (ConnectionResetError, http.client.BadStatusLine):
            return None

    def has_something(self, *, within: float) -> bool:
        """Whether the server says something, or closes, in time."""
        return self._is_ready(select.POLLIN, within=within)

    def _is_ready(self, for_what: int, *, within: float) -> bool:
        # Not select(), which knows no descriptor above 1,023: the process of many tests has more of them.
        polled = select.poll()
        polled.register(self._socket, for_what)
        return bool(polled.poll(within * 1_000))

    def line(self) -> bytes:
        """The next line that the server sends."""
        self._socket.settimeout(ANSWER_S)
        return self._reader.readline()

    def close(self) -> None:
        self._raw.close()
        self._socket.close()

    def is_closed(self, *, within: float = ANSWER_S) -> bool:
        """Whether the server closes the connection in time; what it still sends is passed over."""
        self._socket.settimeout(within)
        try:
            while self._reader.read1(65_536):
                pass
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
        return True


def head(key: str | None, *lines: str | bytes, method: str = "POST", path: str = INGEST) -> bytes:
    """The head of a request with a key and these further header lines."""
    fixed = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    if key is not None:
        fixed.append(f"X-Api-Key: {key}")
    texts = [line if isinstance(line, bytes) else line.encode() for line in (*fixed, *lines)]
    return b"\r\n".join([*texts, b"", b""])


def whole(key: str | None, body: bytes, *lines: str | bytes) -> bytes:
    """A whole request with its right Content-Length."""
    return head(key, f"Content-Length: {len(body)}", *lines) + body


def chunked(*parts: bytes) -> bytes:
    """A body in chunks, with its end."""
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
