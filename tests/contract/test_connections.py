"""Connections are bounded in number and time, so that nobody shuts others out by doing nothing."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audioscape_server.errors import ConfigurationError
from audioscape_server.listening import MAX_CONNECTIONS, connections_within, listen, url_of
from support import wire
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.server import Server

#: What a connection says before it falls silent.
SILENT = {
    "nothing": b"",
    "half a request line": b"POST /analytics/v1/ana",
    "half a header": b"GET /healthz HTTP/1.1\r\nHost: local",
    "headers without their end": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
    "one request, and then no other": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "HTTP/2's preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/2's preface and settings": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]),
    "the start of a TLS handshake": bytes([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]),
}
IDLE = 3_000


@pytest.fixture
def many_files() -> Iterator[None]:
    """Lets this process hold a connection to each of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * IDLE:
        pytest.skip(f"this system allows {hard} open files, not {2 * IDLE}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_connection_that_falls_silent_is_closed(impatient_server: Server) -> None:
    with ExitStack() as open_:
        connections = {said: open_.enter_context(wire.Connection(impatient_server.port)) for said in SILENT}
        for said, connection in connections.items():
            connection.send(SILENT[said])
        still_open = [said for said, connection in connections.items() if not connection.is_closed(within=60)]
    assert still_open == []


def test_a_header_that_comes_byte_by_byte_is_cut_off(impatient_server: Server) -> None:
    with wire.Connection(impatient_server.port) as connection:
        connection.send(b"GET /healthz HTTP/1.1\r\nx-slow: ")
        eventually(lambda: connection.send(b"x") and not connection.has_something(within=0.1), until=_no, within=60)


def _no(still_open: bool) -> bool:  # noqa: FBT001
    return not still_open


@pytest.mark.usefixtures("many_files")
def test_thousands_of_idle_connections_shut_nobody_out(server: Server) -> None:
    server.key  # noqa: B018 - made before the server is busy
    with ExitStack() as open_:
        for number in range(IDLE):
            connection = open_.enter_context(wire.Connection(server.port))
            if number % 2:
                connection.send(wire.head(server.key, "Content-Length: 100")[:60])
        eventually(lambda: len(list(Path(f"/proc/{server.pid}/fd").iterdir())), until=lambda held: held > IDLE)
        answer = server.post([{"type": "play", "asset_id": "1"}], headers={"connection": "close"})
        assert answer.status_code == 202


@pytest.mark.slow
def test_a_client_that_takes_no_answers_is_given_up(server: Server) -> None:
    """Else it holds its connection for ever. The kernel sees to it, and takes its time."""
    with wire.Connection(server.port) as connection:
        connection.fill(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        eventually(lambda: connection.send_now(b"x"), until=_no, within=180)


@pytest.mark.parametrize(
    ("files", "connections"), [(128, 64), (1_024, 512), (4_096, 3_096), (20_000, MAX_CONNECTIONS), (10**9, 10_000)]
)
def test_connections_leave_files_for_the_rest(files: int, connections: int) -> None:
    assert connections_within(files) == connections


def test_the_limit_of_open_files_is_raised_as_far_as_it_may_be() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            """
import resource
from audioscape_server.listening import raise_file_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 512))
print(raise_file_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))
""",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["512", "512", "512"]


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:{}"), ("0.0.0.0", "http://127.0.0.1:{}"), ("localhost", "http://127.0.0.1:{}")],
)
def test_a_server_is_reached_where_it_listens(host: str, url: str) -> None:
    with closing(listen(host, 0)) as listener:
        assert url_of(listener) == url.format(listener.getsockname()[1])


def test_a_port_that_is_taken_is_refused_even_by_one_that_shares() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"127.0.0.1:{port} cannot be listened on"):
            listen("127.0.0.1", port)


def test_a_host_that_is_no_address_of_this_machine_is_told() -> None:
    with pytest.raises(ConfigurationError, match="cannot be listened on"):
        listen("192.0.2.1", 0)
    with pytest.raises(ConfigurationError, match="is no address"):
        listen("no such host", 0)
