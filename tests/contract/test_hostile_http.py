"""Requests that no client library would send: an answer or a closed connection, never a fault of ours, never a hang."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from support import wire
from support.samples import envelope, play
from support.server import INGEST
from support.waiting import eventually

if TYPE_CHECKING:
    from support.server import Server

EVENT = envelope(play())
LENGTH = f"Content-Length: {len(EVENT)}"
CHUNKED = "Transfer-Encoding: chunked"
CHUNK = b"%x\r\n%b\r\n" % (len(EVENT), EVENT)
INSIDES = (b"Traceback", b".py", b"msgspec", b"granian", b"hyper", b"panicked")


@pytest.fixture(autouse=True)
def _survives(server: Server) -> Any:
    """Whatever a test did to the server: it is alive and stores the next batch."""
    pid = server.pid
    yield
    assert server.is_running()
    assert server.pid == pid
    assert server.post([play()]).json() == {"accepted": 1}


def request(
    server: Server, *lines: str | bytes, start: str = f"POST {INGEST} HTTP/1.1", host: str = "Host: x"
) -> bytes:
    texts = [start, host, "Content-Type: application/json", f"X-Api-Key: {server.key}", *lines]
    return b"\r\n".join([*(text if isinstance(text, bytes) else text.encode() for text in texts if text), b"", b""])


def test_two_equal_lengths_or_two_different_ones(server: Server) -> None:
    for second in (LENGTH, "Content-Length: 5", "Content-Length: 0"):
        _is_the_clients_fault(server, request(server, LENGTH, second) + EVENT, or_taken=second == LENGTH)


HOSTILE = {
    "length and chunks": ([LENGTH, CHUNKED], CHUNK + b"0\r\n\r\n"),
    "chunks and length": ([CHUNKED, "Content-Length: 3"], CHUNK + b"0\r\n\r\n"),
}


@pytest.mark.parametrize(("lines", "body"), HOSTILE.values(), ids=HOSTILE)
def test_a_length_and_chunks_are_never_two_requests(server: Server, lines: list[str], body: bytes) -> None:
    """Request smuggling: what one side takes for the body, the other must not take for a request."""
    smuggled = wire.head(server.key, "Content-Length: 0", path="/analytics/v1/smuggled")
    with wire.Connection(server.port) as connection:
        connection.send(request(server, *lines), body, smuggled)
        first = connection.answer()
        assert first is None or first.status in (202, 400)
        second = connection.answer() if first is not None and first.status == 202 else None
        assert second is None or second.status in (400, 404)


REFUSED: dict[str, tuple[list[str | bytes], bytes]] = {
    "negative length": (["Content-Length: -1"], EVENT),
    "length with plus": (["Content-Length: +5"], EVENT),
    "length a word": (["Content-Length: many"], EVENT),
    "length beyond 64 bits": (["Content-Length: " + "9" * 40], EVENT),
    "length a list": (["Content-Length: 5, 7"], EVENT),
    "unknown transfer encoding": (["Transfer-Encoding: rot13"], EVENT),
    "chunked not last": (["Transfer-Encoding: chunked, gzip"], CHUNK + b"0\r\n\r\n"),
    "chunk size no number": ([CHUNKED], b"zz\r\n" + EVENT + b"\r\n0\r\n\r\n"),
    "chunk size negative": ([CHUNKED], b"-5\r\n" + EVENT + b"\r\n0\r\n\r\n"),
    "chunk size beyond 64 bits": ([CHUNKED], b"f" * 17 + b"\r\n" + EVENT),
    "chunk longer than its size": ([CHUNKED], b"5\r\n" + EVENT + b"\r\n0\r\n\r\n"),
    "chunk without line end": ([CHUNKED], b"%x\r\n%b0\r\n\r\n" % (len(EVENT), EVENT)),
    "header of 300 KB": (["X-Long: " + "x" * 300_000, LENGTH], EVENT),
    "header without name": ([": x", LENGTH], EVENT),
    "header without colon": (["nonsense", LENGTH], EVENT),
    "header name with space": (["X Y: z", LENGTH], EVENT),
    "space before colon": (["Content-Length : 5"], EVENT),
    "NUL in a header": (["X-Nul: a\0b", LENGTH], EVENT),
    "lone CR in a header": (["X-Cr: a\rb", LENGTH], EVENT),
    "folded header": (["X-Folded: a\r\n b", LENGTH], EVENT),
}


@pytest.mark.parametrize(("lines", "body"), REFUSED.values(), ids=REFUSED)
def test_a_malformed_request_is_refused_or_cut_off(server: Server, lines: list[str | bytes], body: bytes) -> None:
    _is_the_clients_fault(server, request(server, *lines) + body, or_taken="X-" in str(lines[0]))


STARTS = {
    "no version": f"POST {INGEST}",
    "unknown version": f"POST {INGEST} HTTP/9.9",
    "unknown protocol": f"POST {INGEST} RTSP/1.0",
    "no path": "POST HTTP/1.1",
    "method of 10 KB": "P" * 10_000 + f" {INGEST} HTTP/1.1",
    "method with bytes": f"PO\x01ST {INGEST} HTTP/1.1",
    "path of 100 KB": "POST /" + "x" * 100_000 + " HTTP/1.1",
    "path not UTF-8": "POST /analytics/v1/%ff%fe HTTP/1.1",
    "path with dots": "POST /analytics/v1/../v1/analytics HTTP/1.1",
    "path with NUL": f"POST {INGEST}%00 HTTP/1.1",
    "path with CRLF": f"POST {INGEST}%0d%0aX-Api-Key:x HTTP/1.1",
    "asterisk": "OPTIONS * HTTP/1.1",
    "connect": "CONNECT example.org:443 HTTP/1.1",
    "trace": f"TRACE {INGEST} HTTP/1.1",
    "lower case method": f"post {INGEST} HTTP/1.1",
    "own method": f"BREW {INGEST} HTTP/1.1",
    "HTTP/2 preface": "PRI * HTTP/2.0",
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_an_odd_request_line_is_no_fault_of_ours(server: Server, start: str) -> None:
    _is_the_clients_fault(server, request(server, LENGTH, start=start) + EVENT, or_taken=start.startswith("OPTIONS"))


def _is_the_clients_fault(server: Server, sent: bytes, *, or_taken: bool = False) -> None:
    """Sent this, the server answers 4xx or 501, or closes; where the request may be taken as valid, also 2xx."""
    with wire.Connection(server.port) as connection:
        connection.send(sent)
        connection.end_sending()
        answer = connection.answer(method=sent[:5].partition(b" ")[0].decode("latin-1"))
    if answer is None:
        return
    assert 400 <= answer.status < 500 or answer.status in (501, 505) or (or_taken and answer.status in (200, 202, 204))
    assert answer.status != 408
    assert not any(word in answer.body for word in INSIDES)


GARBAGE = {
    "random bytes": bytes(range(256)) * 40,
    "TLS hello": bytes.fromhex("16030100a5010000a10303") + b"\0" * 160,
    "empty lines": b"\r\n" * 5_000,
    "one long line": b"G" * 200_000,
    "nothing": b"",
}


@pytest.mark.parametrize("sent", GARBAGE.values(), ids=GARBAGE)
def test_what_is_not_http_is_cut_off(server: Server, sent: bytes) -> None:
    with wire.Connection(server.port) as connection:
        connection.send(sent)
        connection.end_sending()
        answer = connection.answer()
    assert answer is None or 400 <= answer.status < 500


def test_many_headers_are_taken_or_refused(server: Server) -> None:
    few = [f"X-Header-{number}: {number}" for number in range(50)]
    many = [f"X-Header-{number}: {number}" for number in range(5_000)]
    with wire.Connection(server.port) as connection:
        connection.send(request(server, LENGTH, *few) + EVENT)
        answer = connection.answer()
    assert answer is not None
    assert answer.status == 202
    _is_the_clients_fault(server, request(server, LENGTH, *many) + EVENT, or_taken=True)


@pytest.mark.parametrize("host", ["", "Host: somewhere.else:99", "Host: x\r\nHost: y"], ids=["none", "other", "two"])
def test_the_host_is_not_ours_to_judge(server: Server, host: str) -> None:
    _is_the_clients_fault(server, request(server, LENGTH, host=host) + EVENT, or_taken=True)


def _taken(server: Server, *parts: bytes) -> wire.Answer:
    with wire.Connection(server.port) as connection:
        connection.send(*parts)
        answer = connection.answer()
    assert answer is not None
    assert (answer.status, answer.body) == (202, b'{"accepted":1}')
    return answer


def test_http_1_0_is_taken(server: Server) -> None:
    _taken(server, request(server, LENGTH, start=f"POST {INGEST} HTTP/1.0") + EVENT)


def test_a_query_string_is_ignored(server: Server) -> None:
    _taken(server, request(server, LENGTH, start=f"POST {INGEST}?a=b&c HTTP/1.1") + EVENT)


def test_a_request_in_single_bytes_is_taken(server: Server) -> None:
    sent = request(server, LENGTH) + EVENT
    _taken(server, *[sent[at : at + 1] for at in range(len(sent))])


def test_trailers_and_chunk_extensions_are_taken(server: Server) -> None:
    chunk = b"%x;name=value\r\n%b\r\n" % (len(EVENT), EVENT)
    _taken(server, request(server, CHUNKED, "Trailer: X-After"), chunk, b"0\r\nX-After: 1\r\n\r\n")


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    batches = [envelope(*[play()] * count) for count in (1, 2, 3, 4, 5)]
    with wire.Connection(server.port) as connection:
        connection.send(b"".join(wire.whole(server.key, body) for body in batches))
        answers = [connection.answer() for _ in batches]
    assert [answer and answer.body for answer in answers] == [b'{"accepted":%d}' % count for count in (1, 2, 3, 4, 5)]


def test_a_refused_batch_leaves_the_connection_usable(server: Server) -> None:
    with wire.Connection(server.port) as connection:
        statuses = []
        for key, body in ((server.key, b"{"), ("nobody", EVENT), (server.key, EVENT)):
            connection.send(wire.whole(key, body))
            answer = connection.answer()
            assert answer is not None
            statuses.append(answer.status)
            if answer.headers.get("Connection", "").lower() == "close":
                break
    # A server may close after a rejection, if it says so; it may not answer the next request wrongly.
    assert statuses == [400, 401, 202][: len(statuses)]


def test_expect_100_continue_is_answered_before_the_body(server: Server) -> None:
    with wire.Connection(server.port) as connection:
        connection.send(request(server, LENGTH, "Expect: 100-continue"))
        assert connection.line().startswith(b"HTTP/1.1 100 ")
        assert connection.line() == b"\r\n"
        connection.send(EVENT)
        answer = connection.answer()
    assert answer is not None
    assert answer.status == 202


@pytest.mark.parametrize(
    ("key", "length", "status"), [("nobody", len(EVENT), 401), (None, len(EVENT), 401), ("own", 2 << 20, 413)]
)
def test_expect_100_continue_is_not_said_to_a_refused_request(
    server: Server, key: str | None, length: int, status: int
) -> None:
    with wire.Connection(server.port) as connection:
        connection.send(
            wire.head(server.key if key == "own" else key, f"Content-Length: {length}", "Expect: 100-continue")
        )
        line = connection.line()
    assert line.split()[1] == b"%d" % status


def _stored(server: Server, kind: str) -> int:
    return len(server.get("/analytics/v1/events", params={"type": kind, "limit": 100}).json()["events"])


@pytest.mark.parametrize("how", ["half-close", "close", "reset"])
@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_body_broken_off_stores_nothing(server: Server, framing: str, how: str) -> None:
    kind = f"broken-{time.time_ns()}"
    body = envelope({"type": kind})
    # The JSON is whole, so only the framing tells that more was to come.
    if framing == "length":
        sent = wire.head(server.key, f"Content-Length: {len(body) + 10}") + body
    else:
        sent = wire.head(server.key, CHUNKED) + b"%x\r\n%b\r\n" % (len(body), body)
    with wire.Connection(server.port) as connection:
        connection.send(sent)
        if how == "reset":
            connection.reset()
        elif how == "half-close":
            connection.end_sending()
            answer = connection.answer()
            assert answer is None or answer.status in (400, 503)
    _settle(server)
    assert _stored(server, kind) == 0


def _settle(server: Server) -> None:
    """What was sent before is loaded now: an event sent after it is."""
    kind = f"marker-{time.time_ns()}"
    assert server.post([{"type": kind}]).status_code == 202
    eventually(lambda: _stored(server, kind), until=lambda count: count == 1)


@pytest.mark.parametrize("how", ["half-close", "reset", "close"])
def test_a_client_that_leaves_before_the_answer_is_stored_at_most_once(server: Server, how: str) -> None:
    kind = f"gone-{time.time_ns()}"
    body = envelope({"type": kind})
    key = f"Idempotency-Key: {kind}"
    with wire.Connection(server.port) as connection:
        connection.send(wire.whole(server.key, body, key))
        if how == "reset":
            connection.reset()
        elif how == "half-close":
            connection.end_sending()
            answer = connection.answer()
            assert answer is None or answer.status == 202
    # The client that got no answer sends again.
    again = server.post(body, headers={"idempotency-key": kind})
    assert (again.status_code, again.json()) == (202, {"accepted": 1})
    _settle(server)
    assert _stored(server, kind) == 1
