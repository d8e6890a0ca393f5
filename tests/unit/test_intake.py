"""The intake's answers when things around it go wrong."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.access.gate import Gate
from audioscape_server.access.keys import Credential, Scope
from audioscape_server.errors import SpoolUnavailableError
from audioscape_server.ingest import reading
from audioscape_server.ingest.endpoint import Intake
from audioscape_server.ingest.rejections import Rejections
from audioscape_server.telemetry import Metrics

if TYPE_CHECKING:
    from audioscape_server.spool import NewBatch

NOW = 1_790_166_896.0
STANDING = {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"}
GOOD = {"events": [{"type": "play", "asset_id": "1"}]}


class Ring:
    async def authenticate(self, key: bytes | None) -> Credential | None:
        scopes = {b"both": {Scope.INGEST, Scope.READ}, b"read": {Scope.READ}}.get(key or b"")
        return Credential("p", "abcdefghijkl", frozenset(scopes), rate=100) if scopes else None


class Spool:
    """Takes batches, or does not."""

    full = False

    async def append(self, batch: NewBatch) -> None:  # noqa: ARG002
        if self.full:
            raise SpoolUnavailableError


class Door:
    """An intake, and what it answers."""

    def __init__(self) -> None:
        self.spool = Spool()
        self.rejections = Rejections()
        self.clock_in_doubt = False
        self.intake = Intake(
            gate=Gate(Ring(), address_rate=0, address_burst=1),
            spool=self.spool,
            rejections=self.rejections,
            metrics=Metrics(),
            clock=lambda: NOW,
            clock_in_doubt=lambda: self.clock_in_doubt,
        )

    def post(self, body: object, *, key: str = "both", media_type: str = "application/json") -> tuple[int, set[str]]:
        """The status, and the names of the headers."""
        return asyncio.run(self._post(json.dumps(body).encode(), key, media_type))

    async def _post(self, body: bytes, key: str, media_type: str) -> tuple[int, set[str]]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"x-api-key", key.encode()), (b"content-type", media_type.encode())]
        await self.intake({"method": "POST", "headers": headers, "client": ("127.0.0.1", 1)}, receive, send)
        return sent[0]["status"], {name.decode() for name, _ in sent[0]["headers"]}


@pytest.mark.parametrize(
    ("body", "sent", "status"),
    [
        (GOOD, {}, 202),
        ({"events": []}, {}, 400),
        ({"events": [{"type": 1}]}, {}, 400),
        (GOOD, {"key": "read"}, 401),
        (GOOD, {"media_type": "text/plain"}, 415),
        ("x" * 2_000_000, {}, 413),
    ],
)
def test_every_answer_says_how_the_key_stands(body: object, sent: dict[str, str], status: int) -> None:
    found, names = Door().post(body, **sent)
    assert (found, names >= STANDING) == (status, True)


def test_a_fault_of_ours_says_how_the_key_stands_too() -> None:
    door = Door()
    door.spool.full = True
    found, names = door.post(GOOD)
    assert found == 503
    assert names >= {*STANDING, "retry-after"}


@pytest.mark.parametrize("full", [False, True])
def test_bodies_make_room_when_they_are_answered(monkeypatch: pytest.MonkeyPatch, full: bool) -> None:  # noqa: FBT001
    monkeypatch.setattr(reading, "MAX_HELD_BYTES", 200)
    door = Door()
    door.spool.full = full
    assert {door.post(GOOD)[0] for _ in range(10)} == {503 if full else 202}
    door.spool.full = False
    assert door.post(GOOD)[0] == 202
    assert door.post({**GOOD, "x": "y" * 200})[0] == 503, "more than fits"


OLD, EARLY = ({"type": "play", "asset_id": "1", "timestamp": NOW + off} for off in (-9 * 86_400, 9 * 86_400))
WRONG = {"type": "play", "asset_id": 1}


@pytest.mark.parametrize(
    ("events", "sure", "in_doubt"),
    [
        ([OLD], 400, 503),
        ([EARLY], 400, 503),
        ([OLD, EARLY, OLD], 400, 503),
        ([OLD, WRONG], 400, 400),
        ([WRONG], 400, 400),
        ([OLD, {"type": "play", "asset_id": "1"}], 202, 202),
        ([], 400, 400),
    ],
)
def test_a_clock_in_doubt_refuses_nothing_for_its_time_alone(
    events: list[dict[str, object]], sure: int, in_doubt: int
) -> None:
    """The client drops what a 400 refuses; after a 503 it comes again, and the clock may be right by then."""
    door = Door()
    assert door.post({"events": events})[0] == sure
    door.rejections.take()
    door.clock_in_doubt = True
    status, names = door.post({"events": events})
    assert (status, "retry-after" in names) == (in_doubt, in_doubt == 503)
    if status == 503:
        assert door.rejections.take() == [], "what comes again is not counted as rejected"


def test_without_a_known_key_nothing_stands() -> None:
    found, names = Door().post(GOOD, key="nobody")
    assert (found, names & STANDING) == (401, set())
