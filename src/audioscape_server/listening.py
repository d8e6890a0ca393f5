"""Where requests come in: the listening socket, and how many connections it may hold for how long.

A connection costs a file descriptor, and there are only so many. So:

* The limit of open files is raised as far as the system allows, and connections take no more than their share of it.
* A connection that sends nothing, or not a whole request's headers, is closed after `HEADERS_DEADLINE_S`; so is one
  that is kept alive without a next request. Only HTTP/1 is spoken: the HTTP server has no such deadline for a
  connection whose version it does not know yet, and without TLS no game, browser or proxy needs HTTP/2.
* A connection whose client does not take what it asked for is closed by the kernel after `UNREAD_DEADLINE_S`.
* Bodies have a deadline of their own, at the ingest endpoint.
"""

from __future__ import annotations

import resource
import socket
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from audioscape_server.errors import ConfigurationError

#: Connections held at once; more wait in the kernel's queue until one ends.
MAX_CONNECTIONS = 10_000
#: Connections that the kernel holds until they are taken.
BACKLOG = 1024
#: Open files kept for the spool, the warehouse and the control database.
OTHER_FILES = 1_000
#: Seconds in which a request's headers must arrive.
HEADERS_DEADLINE_S = 10
#: Seconds that an answer may lie unread at its client before the connection is given up.
UNREAD_DEADLINE_S = 30
#: Bytes of a connection's read buffer: bounds the headers of a request (431 past that).
READ_BUFFER_BYTES = 128 * 1024


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound to an address of this machine; the port is a free one for 0.

    Raises:
        ConfigurationError: the port is taken, or the host is no address of this machine.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise ConfigurationError(f"{host} is no address to listen on: give one of this machine's as --host.") from None
    listener = socket.socket(family)
    # Of a server that ended a moment ago connections may be left, which do no harm.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; what is set here holds for every connection
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_DEADLINE_S * 1_000)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"{host}:{port} cannot be listened on ({error.strerror}): stop what listens there, "
            "or choose another --port.",
        ) from None
    return listener


def url_of(listener: socket.socket) -> str:
    """Where this machine reaches the server: the wildcard addresses are not addresses to call."""
    host, port = str(listener.getsockname()[0]), listener.getsockname()[1]
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared with, not bound
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def raise_file_limit() -> int:
    """Allow this process as many open files as the system lets it; returns how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def connections_within(files: int) -> int:
    """How many connections to hold when so many files may be open: at least half of them are for connections."""
    return min(MAX_CONNECTIONS, max(files - OTHER_FILES, files // 2))


#: granian's own type for a socket that was made elsewhere; its annotations leave the parameters out.
_hold: Any = SocketHolder


class HTTPServer(Server):
    """granian, on a socket of ours.

    Args:
        application: the ASGI application.
        listener: bound; the server takes it over.
        connections: how many to hold at once.
    """

    def __init__(self, application: Any, listener: socket.socket, connections: int) -> None:
        super().__init__(
            application,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=connections,
            log_enabled=False,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEADERS_DEADLINE_S * 1_000,
                max_buffer_size=READ_BUFFER_BYTES,
            ),
        )
        self._listener = listener

    def _init_shared_socket(self) -> None:
        # granian would open a socket of its own that shares a taken port with whoever has it, and has no options.
        self._shd = _hold(self._listener.detach(), False, BACKLOG)
