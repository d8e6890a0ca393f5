"""The intake's answers when things around it go wrong."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.access.gate import Gate
from audioscape_server.access.keys import Credential, Scope
from audioscape_server.clock_watch import ClockWatch
from audioscape_server.errors import SpoolUnavailableError
from audioscape_server.ingest import reading
from audioscape_server.ingest.endpoint import PATH, Intake
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

    def __init__(self, *, wall: float = NOW) -> None:
        self.spool = Spool()
        self.rejections = Rejections()
        self.wall = wall
        self.counted = 0.0
        self.watch = ClockWatch(lambda: self.wall, lambda: self.counted)
        self.intake = Intake(
            gate=Gate(Ring(), address_rate=0, address_burst=1),
            spool=self.spool,
            rejections=self.rejections,
            metrics=Metrics(),
            clock=lambda: self.wall,
            clock_watch=self.watch,
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
        scope = {"method": "POST", "raw_path": PATH.encode(), "headers": headers, "client": ("127.0.0.1", 1)}
        await self.intake(scope, receive, send)
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


DAY_S = 86_400
WRONG = {"type": "play", "asset_id": 1}
NO_TIME = {"type": "play", "asset_id": "1"}


def at(days: float) -> dict[str, object]:
    """An event of so many days from now."""
    return {"type": "play", "asset_id": "1", "timestamp": NOW + days * DAY_S}


@pytest.mark.parametrize(
    ("jump", "events", "sure", "in_doubt"),
    [
        (9, [at(0)], 400, 503),
        (9, [at(0), NO_TIME], 202, 503),
        (9, [at(0), WRONG], 400, 503),
        (9, [at(0), at(9)], 202, 503),
        (9, [at(-7)], 400, 503),
        (9, [at(-8)], 400, 400),  # too old by either reading
        (9, [at(-8), NO_TIME], 202, 202),
        (9, [at(10)], 400, 400),  # too far ahead by either
        (9, [WRONG], 400, 400),
        (9, [NO_TIME], 202, 202),
        (9, [at(9)], 202, 202),
        (9, [], 400, 400),
        (-8, [at(0)], 400, 503),
        (-8, [at(0), NO_TIME], 202, 503),
        (-8, [at(-16)], 400, 400),
        (-8, [at(0.01)], 400, 400),
        (-1, [at(0), at(-2)], 202, 503),
        (1, [at(0), at(-2)], 202, 202),
        (1, [at(0), at(-6.5)], 202, 503),
    ],
)
def test_while_the_clock_is_in_doubt_no_event_is_refused_for_good_that_may_be_in_time(
    jump: float, events: list[dict[str, object]], sure: int, in_doubt: int
) -> None:
    """The client drops what is refused; after a 503 it comes again, and the clock may be right by then."""
    wrong = NOW + jump * DAY_S
    assert Door(wall=wrong).post({"events": events})[0] == sure
    door = Door()
    door.wall = wrong
    status, names = door.post({"events": events})
    assert (status, "retry-after" in names) == (in_doubt, in_doubt == 503)
    if status == 503:
        assert door.rejections.take() == [], "what comes again is not counted as rejected"


@pytest.mark.parametrize(("event", "believed"), [(at(0), False), (at(9), True), (NO_TIME, True), (WRONG, True)])
def test_the_clock_is_not_believed_while_the_events_speak_against_it(
    event: dict[str, object],
    believed: bool,  # noqa: FBT001
) -> None:
    door = Door()
    door.wall += 9 * DAY_S
    door.post({"events": [event]})
    door.counted += DAY_S
    door.wall += DAY_S
    assert (door.watch.span() is None) == believed


def test_events_that_agree_with_the_clock_outweigh_those_that_do_not() -> None:
    door = Door()
    door.wall += 9 * DAY_S
    for event in (at(0), at(9), NO_TIME):
        door.post({"events": [event]})
    door.counted += DAY_S
    door.wall += DAY_S
    assert door.watch.span() is None


def test_our_own_stamp_says_nothing_for_the_clock() -> None:
    door = Door()
    door.wall += 9 * DAY_S
    for event in (at(0), NO_TIME, NO_TIME):
        door.post({"events": [event]})
    door.counted += DAY_S
    door.wall += DAY_S
    assert door.watch.span() is not None


def test_without_a_known_key_nothing_stands() -> None:
    found, names = Door().post(GOOD, key="nobody")
    assert (found, names & STANDING) == (401, set())
