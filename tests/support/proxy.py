"""A line between two programs that can be slow, hang, be cut, or bring what was sent after its sender gave up."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
#: Seconds that a request which is brought late may take to be answered.
ANSWER_S = 60.0


class Proxy:
    """Passes bytes both ways between a port of the loopback and another.

    Args:
        target: the port that connections are passed on to.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._flowing = threading.Event()
        self._flowing.set()
        self._wanted: bytes | None = None
        self._kept: list[_Line] = []
        self._lines: list[_Line] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def hang(self) -> None:
        """From now on no byte passes; connections stay open and new ones are accepted."""
        self._flowing.clear()

    def flow(self) -> None:
        """Bytes pass again, those that were held first."""
        self._flowing.set()

    def keep_back(self, words: bytes) -> None:
        """Keep the first HTTP request from now on in which these words stand; its client finds the line broken."""
        self._wanted = words

    @property
    def has_kept(self) -> bool:
        """Whether that request has come."""
        return bool(self._kept)

    def deliver(self) -> None:
        """Bring what was kept, and return when it has been answered, to nobody."""
        kept, self._kept = self._kept, []
        for line in kept:
            line.answered.clear()
            line.far.sendall(line.kept)
            assert line.answered.wait(ANSWER_S), "what came late was not answered"
            _end(line.far)

    def cut(self) -> None:
        """Break every connection, and forget what was kept; new ones are accepted."""
        lines, self._lines, self._kept = [*self._lines, *self._kept], [], []
        for line in lines:
            _end(line.near)
            _end(line.far)

    def close(self) -> None:
        """End."""
        # Closing alone would let the thread accept one more connection, which nobody would close.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        self._flowing.set()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._target))
                except OSError:
                    near.close()
                    continue
                for one in (near, far):  # what came in two pieces must not wait for an acknowledgement between them
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                line = _Line(near, far)
                self._lines.append(line)
                for passing in (self._pass_there, self._pass_back):
                    threading.Thread(target=passing, args=(line,), daemon=True).start()

    def _pass_there(self, line: _Line) -> None:
        with contextlib.suppress(OSError):
            while data := line.near.recv(1 << 16):
                self._flowing.wait()
                line.request += data
                if self._wanted is not None and self._wanted in line.request:
                    self._wanted = None
                    self._keep(line, data)
                    return
                line.far.sendall(data)
        with contextlib.suppress(OSError):
            line.far.shutdown(socket.SHUT_RDWR)

    def _keep(self, line: _Line, data: bytes) -> None:
        line.kept = data
        while not _is_whole(line.request):
            data = line.near.recv(1 << 16)
            line.request += data
            line.kept += data
        self._lines.remove(line)
        self._kept.append(line)
        _end(line.near)

    def _pass_back(self, line: _Line) -> None:
        with contextlib.suppress(OSError):
            while data := line.far.recv(1 << 16):
                self._flowing.wait()
                line.request = b""
                line.answered.set()
                line.near.sendall(data)
        with contextlib.suppress(OSError):
            line.near.shutdown(socket.SHUT_RDWR)


class _Line:
    """A connection: its two ends, the request under way, and what of it was kept."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self.near = near
        self.far = far
        self.request = b""
        self.kept = b""
        self.answered = threading.Event()


def _is_whole(request: bytes) -> bool:
    head, _, body = request.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    """A proxy for the length of a ``with``."""
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
