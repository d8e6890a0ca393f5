"""Work that comes round goes on coming round, whatever becomes of it."""

from __future__ import annotations

import asyncio

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from audioscape_server.chores import Chore, blocking, repeat
from audioscape_server.errors import ServiceUnavailableError


class _Enough(BaseException):
    """Ends what never ends."""


@pytest.mark.parametrize(
    ("failure", "level"),
    [
        (ServiceUnavailableError("away"), "warning"),
        (OperationalError("SELECT", {}, Exception("locked")), "warning"),
        (OSError("full"), "warning"),
        (ValueError("a mistake"), "error"),
    ],
)
def test_a_failure_is_told_once_and_its_end_too(failure: Exception, level: str) -> None:
    rounds = iter([None, failure, failure, failure, None, None, failure, _Enough()])

    async def do() -> None:
        if (outcome := next(rounds)) is not None:
            raise outcome

    with structlog.testing.capture_logs() as logged, pytest.raises(_Enough):
        asyncio.run(repeat(Chore("a chore", 0.0, do)))
    assert [line["log_level"] for line in logged] == [level, "info", level]
    assert {line["task"] for line in logged} == {"a chore"}


def test_the_first_round_comes_at_once_and_the_others_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[object] = []

    async def sleep(seconds: float) -> None:
        happened.append(seconds)
        if len(happened) >= 4:
            raise _Enough

    async def do() -> None:
        happened.append("done")

    monkeypatch.setattr("audioscape_server.chores.asyncio.sleep", sleep)
    with pytest.raises(_Enough):
        asyncio.run(repeat(Chore("a chore", 7.0, do)))
    assert happened == ["done", 7.0, "done", 7.0]


def test_blocking_work_is_done_beside_the_event_loop() -> None:
    async def ask() -> None:
        loop_goes_on = asyncio.get_running_loop().create_future()

        def work() -> None:
            loop_goes_on.get_loop().call_soon_threadsafe(loop_goes_on.set_result, None)

        await blocking("a chore", 1.0, 60.0, work).do()
        await loop_goes_on

    asyncio.run(ask())
