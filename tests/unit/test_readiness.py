"""What /readyz says: what a post would be answered now, at once, whatever hangs."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from audioscape_server import readiness
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.readiness import STUCK_S, Readiness

if TYPE_CHECKING:
    from collections.abc import Iterator


class Parts:
    """A server's parts, and what they say."""

    def __init__(self, *, embedded: bool = True) -> None:
        self.refusing: str | None = None
        self.knows_keys = True
        self.now = 0.0
        self.asked = 0
        self.away = False
        self.answers = threading.Event()
        self.answers.set()
        self.readiness = Readiness(
            why_refusing=lambda: self.refusing,
            ask_warehouse=self._ask,
            knows_keys=lambda: self.knows_keys,
            embedded=embedded,
            monotonic=lambda: self.now,
        )

    def _ask(self) -> None:
        self.asked += 1
        self.answers.wait()
        if self.away:
            raise ServiceUnavailableError

    def says(self) -> tuple[bool, str, str, str]:
        ready, parts = self.readiness()
        return ready, parts["intake"], parts["warehouse"], parts["keys"]


@pytest.fixture(params=[True, False], ids=["embedded", "server"])
def parts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    monkeypatch.setattr(readiness, "ANSWER_S", 0.05)
    made = Parts(embedded=request.param)
    yield made
    made.answers.set()


def test_all_is_well(parts: Parts) -> None:
    asyncio.run(parts.readiness.probe())
    assert parts.says() == (True, "ok", "ok", "ok")


def test_it_says_what_a_post_would_be_answered(parts: Parts) -> None:
    parts.refusing = "the disk is full"
    assert parts.says() == (False, "the disk is full", "ok", "ok")
    parts.refusing = None
    assert parts.says()[0]


def test_what_may_be_away_is_told_and_no_reason_to_send_nothing(parts: Parts) -> None:
    parts.away, parts.knows_keys = True, False
    asyncio.run(parts.readiness.probe())
    assert parts.says() == (True, "ok", "away", "away")
    parts.now += 100 * STUCK_S
    asyncio.run(parts.readiness.probe())
    assert parts.says()[0], "that it is away is an answer"


def test_nobody_who_asks_waits_for_a_warehouse_that_hangs(parts: Parts) -> None:
    parts.answers.clear()

    async def ask() -> None:
        for _ in range(3):
            await parts.readiness.probe()
            assert parts.says() == (True, "ok", "does not answer", "ok")
        assert parts.asked == 1, "one question at a time"
        assert parts.readiness.is_asking
        parts.answers.set()
        parts.readiness._lane._within_s = 60
        await parts.readiness.probe()
        assert parts.says() == (True, "ok", "ok", "ok")
        assert not parts.readiness.is_asking

    asyncio.run(ask())


def test_an_embedded_engine_that_is_stuck_needs_a_new_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ANSWER_S", 0.05)
    for embedded, ready in ((True, False), (False, True)):
        parts = Parts(embedded=embedded)
        parts.answers.clear()
        asyncio.run(parts.readiness.probe())
        parts.now += STUCK_S
        assert parts.says()[0]
        parts.now += 1
        assert parts.says()[0] is ready
        parts.answers.set()
