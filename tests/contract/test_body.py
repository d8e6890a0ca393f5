"""The body on the wire: its caps while it streams, gzip, and what becomes of one that stalls."""

from __future__ import annotations

import gzip
import random
import re
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import wire
from support.samples import envelope, play

if TYPE_CHECKING:
    from support.server import Server

MIB = 1 << 20
WIRE_CAP, INFLATED_CAP = MIB, 4 * MIB
EVENT = envelope(play())
CHUNKED = "Transfer-Encoding: chunked"
GZIP = "Content-Encoding: gzip"
#: Seconds: a body that stalls is given up after 10; the rest is for a busy machine.
STALLED_S = 25.0


def padded(size: int) -> bytes:
    """A good body of exactly so many bytes."""
    return EVENT + b" " * (size - len(EVENT))


def incompressible(size: int) -> bytes:
    """A good body of exactly so many bytes that gzip cannot make smaller."""
    body = envelope(play(note=random.Random(1).randbytes(size // 2).hex()))
    return body + b" " * (size - len(body))


def send(server: Server, *parts: bytes) -> wire.Answer:
    with wire.Connection(server.port) as connection:
        connection.send(*parts)
        answer = connection.answer()
    assert answer is not None, "the server closed the connection without an answer"
    return answer


def test_a_body_of_exactly_1_mib_is_taken(server: Server) -> None:
    assert send(server, wire.whole(server.key, padded(WIRE_CAP))).status == 202


def test_a_chunked_body_of_exactly_1_mib_is_taken(server: Server) -> None:
    body = padded(WIRE_CAP)
    parts = [body[at : at + 7_000] for at in range(0, len(body), 7_000)]
    assert send(server, wire.head(server.key, CHUNKED), wire.chunked(*parts)).status == 202


@pytest.mark.parametrize("size", [WIRE_CAP + 1, 10 * MIB])
def test_a_body_over_1_mib_is_refused(server: Server, size: int) -> None:
    answer = server.post(padded(size))
    assert answer.status_code == 413
    assert list(answer.json()) == ["error"]


@pytest.mark.parametrize("length", [WIRE_CAP + 1, 10**12, 10**18])
def test_a_length_over_the_cap_is_refused_before_the_body_is_sent(server: Server, length: int) -> None:
    assert send(server, wire.head(server.key, f"Content-Length: {length}")).status == 413


def test_a_chunked_body_over_the_cap_is_refused_before_it_ends(server: Server) -> None:
    chunk = b"%x\r\n%b\r\n" % (64 << 10, b" " * (64 << 10))
    assert send(server, wire.head(server.key, CHUNKED), *[chunk] * 17).status == 413


def test_a_body_without_end_is_cut_off(server: Server) -> None:
    chunk = b"%x\r\n%b\r\n" % (64 << 10, b" " * (64 << 10))
    with wire.Connection(server.port) as connection:
        connection.send(wire.head(server.key, CHUNKED))
        # 64 MiB and no end: a server that reads it all never closes.
        taken = connection.send(*[chunk] * 1024)
        answer = connection.answer()
        assert not taken or connection.is_closed()
    assert answer is None or answer.status == 413


@pytest.mark.parametrize("size", [None, 1, 100], ids=["whole", "bytewise", "in pieces"])
def test_a_chunked_body_is_a_body(server: Server, size: int | None) -> None:
    parts = [EVENT[at : at + (size or len(EVENT))] for at in range(0, len(EVENT), size or len(EVENT))]
    answer = send(server, wire.head(server.key, CHUNKED), wire.chunked(*parts))
    assert (answer.status, answer.body) == (202, b'{"accepted":1}')


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", " gzip "])
def test_gzip_is_taken(server: Server, encoding: str) -> None:
    answer = send(server, wire.whole(server.key, gzip.compress(EVENT), f"Content-Encoding:{encoding}"))
    assert (answer.status, answer.body) == (202, b'{"accepted":1}')


def test_gzip_in_chunks_is_taken(server: Server) -> None:
    body = gzip.compress(EVENT)
    assert send(server, wire.head(server.key, CHUNKED, GZIP), wire.chunked(body[:9], body[9:])).status == 202


def test_gzip_of_exactly_4_mib_is_taken(server: Server) -> None:
    assert send(server, wire.whole(server.key, gzip.compress(padded(INFLATED_CAP)), GZIP)).status == 202


@pytest.mark.parametrize("body", [padded(INFLATED_CAP + 1), b"[" * (INFLATED_CAP + 1)], ids=["good", "bad"])
def test_gzip_of_more_is_refused(server: Server, body: bytes) -> None:
    assert send(server, wire.whole(server.key, gzip.compress(body), GZIP)).status == 413


def test_gzip_of_more_than_1_mib_on_the_wire_is_refused(server: Server) -> None:
    body = gzip.compress(incompressible(3 * MIB))
    assert len(body) > WIRE_CAP
    assert server.post(body, headers={"content-encoding": "gzip"}).status_code == 413


BAD_GZIP = {
    "not gzip": EVENT,
    "empty": b"",
    "cut": gzip.compress(EVENT)[:-1],
    "cut in the middle": gzip.compress(EVENT)[:20],
    "header only": gzip.compress(EVENT)[:10],
    "trailing bytes": gzip.compress(EVENT) + b"x",
    "wrong checksum": gzip.compress(EVENT)[:-8] + b"\0" * 8,
    "nested": gzip.compress(gzip.compress(EVENT)),
    "zlib": zlib.compress(EVENT),
    "of nothing": gzip.compress(b""),
}


@pytest.mark.parametrize("body", BAD_GZIP.values(), ids=BAD_GZIP)
def test_a_body_that_is_not_the_gzip_it_claims_to_be(server: Server, body: bytes) -> None:
    assert send(server, wire.whole(server.key, body, GZIP)).status == 400


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Encoding: " + value]
        for value in ("br", "deflate", "zstd", "gzip, gzip", "br, gzip", "gzip;q=1", "x" * 1_000)
    ]
    + [[GZIP, GZIP], ["Content-Encoding: br", GZIP], [GZIP, "Content-Encoding: br"]],
)
def test_other_encodings_are_refused(server: Server, lines: list[str]) -> None:
    answer = send(server, wire.whole(server.key, gzip.compress(EVENT), *lines))
    assert answer.status == 415
    assert len(answer.body) < 250


def test_bombs_do_not_fill_the_memory(server: Server) -> None:
    stream = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    bomb = b"".join(stream.compress(b" " * MIB) for _ in range(512)) + stream.flush()
    assert len(bomb) < WIRE_CAP
    before = _peak_bytes(server.pid)
    for _ in range(5):
        assert send(server, wire.whole(server.key, bomb, GZIP)).status == 413
    # Inflated, the bomb alone has 512 MiB; loading what other tests sent may take its part meanwhile.
    assert _peak_bytes(server.pid) - before < 256 * MIB


def _peak_bytes(pid: int) -> int:
    """The most memory that a process ever had resident."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("needs /proc")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) * 1024  # type: ignore[index]


def test_a_body_that_stalls_is_given_up_and_never_blamed_on_the_client(impatient_server: Server) -> None:
    """They stall side by side, so that the test waits once."""
    sent = {
        "nothing": (wire.head(impatient_server.key, f"Content-Length: {len(EVENT)}"), b""),
        "a byte now and then": (wire.head(impatient_server.key, f"Content-Length: {len(EVENT)}"), EVENT[:1]),
        "half": (wire.head(impatient_server.key, f"Content-Length: {len(EVENT)}"), EVENT[:20]),
        "half a chunk": (wire.head(impatient_server.key, CHUNKED), b"%x\r\n%b" % (len(EVENT), EVENT[:20])),
        "no last chunk": (wire.head(impatient_server.key, CHUNKED), b"%x\r\n%b\r\n" % (len(EVENT), EVENT)),
        "half of gzip": (
            wire.head(impatient_server.key, f"Content-Length: {len(EVENT)}", GZIP),
            gzip.compress(EVENT)[:10],
        ),
    }
    connections = {name: wire.Connection(impatient_server.port) for name in sent}
    try:
        for name, parts in sent.items():
            connections[name].send(*parts)
        _trickle(connections["a byte now and then"])
        for name, connection in connections.items():
            answer = connection.answer(within=STALLED_S)
            if answer is not None:
                assert answer.status == 503, name
                assert int(answer.headers["Retry-After"]) >= 1
                assert answer.body == b'{"error":"Service Unavailable"}'
            assert connection.is_closed(within=STALLED_S), name
    finally:
        for connection in connections.values():
            connection.close()
    assert impatient_server.post([play()]).status_code == 202


def _trickle(connection: wire.Connection) -> None:
    """Send a byte a second, until the server has had enough: each byte comes in time, the body never does."""
    deadline = time.monotonic() + STALLED_S
    while time.monotonic() < deadline and connection.send(b" "):
        if connection.has_something(within=1.0):
            return
    assert time.monotonic() < deadline, "the server waits for ever"
