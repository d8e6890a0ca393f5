"""A refusal is seen even by a client in the middle of a large body: a broken pipe would be tried again for ever."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import pytest

from support.server import INGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.server import Server

#: The server answers before the body has come; how that ends is a race, so it is run often.
TIMES = 20
JSON = "application/json"
#: Where a body goes, with which key and type, how many bytes it has, and what the answer is.
REFUSALS = {
    "a wrong key": (INGEST, "nobody", JSON, 900_000, 401),
    "no key": (INGEST, None, JSON, 900_000, 401),
    "a key that may only read": (INGEST, "read", JSON, 900_000, 401),
    "another type": (INGEST, "ingest", "text/plain", 900_000, 415),
    "over the cap": (INGEST, "ingest", JSON, 3_500_000, 413),
    "a wrong path": ("/analytics/v1/analytic", "ingest", JSON, 900_000, 404),
    "a path that is only read": ("/analytics/v1/overview", "ingest", JSON, 900_000, 405),
    "a path without a key": ("/healthz", None, JSON, 900_000, 405),
}


def post(server: Server, path: str, headers: dict[str, str], body: bytes | Iterator[bytes]) -> int:
    """The status that a client sees that sends all before it reads anything."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("POST", path, body=body, headers=headers, encode_chunked=not isinstance(body, bytes))
        with connection.getresponse() as answer:
            answer.read()
            return answer.status
    finally:
        connection.close()


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
@pytest.mark.parametrize("kind", REFUSALS)
def test_it_is_seen_every_time(server: Server, kind: str, chunked: bool) -> None:  # noqa: FBT001
    path, who, media_type, size, expected = REFUSALS[kind]
    key = server.create_key(scope=who) if who in ("ingest", "read") else who
    headers = {"content-type": media_type, **({"x-api-key": key} if key else {})}
    if chunked:
        headers["transfer-encoding"] = "chunked"

    def body() -> bytes | Iterator[bytes]:
        return (b"x" * 50_000 for _ in range(size // 50_000)) if chunked else b"x" * size

    assert {post(server, path, headers, body()) for _ in range(TIMES)} == {expected}


def test_what_is_read_after_an_answer_has_an_end(server: Server) -> None:
    """Whoever goes on sending past the bound is cut off."""

    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 100_000
            yield b"x" * 100_000

    headers = {"content-type": JSON, "transfer-encoding": "chunked"}
    with pytest.raises(OSError):
        post(server, INGEST, headers, endless())
    assert sent < 50_000_000, "what both ends hold on the way is a few megabytes"
