"""Bodies on their way in are bounded: each, one project's, and all together."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.errors import OverloadedError
from audioscape_server.ingest import reading
from audioscape_server.ingest.reading import BodyCutError, Reader, WireTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audioscape_server.asgi import Receive


def arriving(*pieces: bytes, cut: bool = False) -> Receive:
    """A body that comes in these pieces; ``cut`` ends it before it is complete."""
    return _receive(iter([*pieces, None if cut else b""]))


def _receive(pieces: Iterable[bytes | None]) -> Receive:
    left = iter(pieces)

    async def receive() -> dict[str, Any]:
        piece = next(left)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": piece != b""}

    return receive


def read(reader: Reader, *pieces: bytes, project: str = "a", length: bytes = b"", cut: bool = False) -> bytes:
    return asyncio.run(reader.read(project, length, arriving(*pieces, cut=cut)))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for 100 bytes, 60 of a project, 40 of a body."""
    monkeypatch.setattr(reading, "MAX_HELD_BYTES", 100)
    monkeypatch.setattr(reading, "MAX_HELD_BYTES_OF_PROJECT", 60)
    monkeypatch.setattr(reading, "MAX_WIRE_BYTES", 40)


def test_a_body_is_read_whole_however_it_is_cut() -> None:
    assert read(Reader(), b"ab", b"c", b"def") == b"abcdef"


@pytest.mark.parametrize(
    ("pieces", "length"), [((b"x" * 41,), b""), ((b"x" * 20, b"x" * 21), b""), ((), b"41"), ((), b"9" * 500)]
)
def test_a_body_over_the_cap_is_not_read_to_its_end(pieces: tuple[bytes, ...], length: bytes) -> None:
    with pytest.raises(WireTooLargeError):
        read(Reader(), *pieces, length=length)


def test_a_project_may_hold_its_share_and_others_the_rest() -> None:
    reader = Reader()
    read(reader, b"x" * 40)
    with pytest.raises(OverloadedError):
        read(reader, b"x" * 21)
    read(reader, b"x" * 20)
    read(reader, b"x" * 40, project="b")
    for project in ("b", "c"):
        with pytest.raises(OverloadedError):
            read(reader, b"x", project=project)


def test_an_answered_request_makes_room() -> None:
    reader = Reader()
    body = read(reader, b"x" * 40)
    reader.release("a", len(body))
    for _ in range(3):
        body = read(reader, b"x" * 40)
        reader.release("a", len(body))


@pytest.mark.parametrize("pieces", [[b"x" * 30, None], [b"x" * 30, b"x" * 30]], ids=["cut", "too large"])
def test_what_failed_holds_nothing(pieces: list[bytes | None]) -> None:
    reader = Reader()
    for _ in range(10):
        with pytest.raises((BodyCutError, WireTooLargeError)):
            asyncio.run(reader.read("a", b"", _receive(pieces)))
    read(reader, b"x" * 40)


def test_a_client_that_left_holds_nothing() -> None:
    async def leave(reader: Reader) -> None:
        async def nothing_more() -> dict[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        first = iter([{"type": "http.request", "body": b"x" * 30, "more_body": True}])

        async def receive() -> dict[str, Any]:
            return next(first, None) or await nothing_more()

        reading_ = asyncio.create_task(reader.read("a", b"", receive))
        await asyncio.sleep(0)
        reading_.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading_

    reader = Reader()
    for _ in range(10):
        asyncio.run(leave(reader))
    read(reader, b"x" * 40)


def test_a_body_in_a_million_pieces_takes_no_more_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAX_WIRE_BYTES", "MAX_HELD_BYTES", "MAX_HELD_BYTES_OF_PROJECT"):
        monkeypatch.setattr(reading, name, 1 << 20)

    def pieces() -> Iterable[bytes]:
        for number in range(200_000):
            yield bytes([number % 256])
        yield b""

    tracemalloc.start()
    try:
        body = asyncio.run(Reader().read("a", b"", _receive(pieces())))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(body) == 200_000
    assert most < 5 * len(body)
