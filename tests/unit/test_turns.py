"""Questions are answered in time or refused, and nothing is worked on for nobody."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.api.line import MAX_RUNNING, MAX_RUNNING_OF_PROJECT, MAX_WAITING_OF_PROJECT
from audioscape_server.api.turns import LIMIT_S, ClientLeft, Question, Turns
from audioscape_server.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be set forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def run(test: Callable[[House], Awaitable[None]]) -> None:
    """Run a test on such a loop."""

    async def main() -> None:
        async with house() as made:
            await test(made)

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(main())


class House:
    """Turns, and statements that run until they are told to end, or are stopped."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.turns = Turns(self.stop, loop.time)
        self.asked: list[asyncio.Task[str]] = []
        self.begun: list[str] = []
        #: Whose second statement began.
        self.second: list[str] = []
        self.stopped: list[str] = []
        self._ends: dict[str, threading.Event] = {}
        self._changed = threading.Condition()

    def stop(self, tag: str) -> None:
        self.stopped.append(tag)
        self._end(tag).set()

    def slow(self, name: str) -> Callable[[Question], str]:
        """Work of two statements; the first runs until `finish`, or until it is stopped."""

        def work(question: Question) -> str:
            question.seconds_left()
            with self._changed:
                self.begun.append(name)
                self._ends[name] = self._ends[question.tag] = self._end(question.tag)
                self._changed.notify_all()
            assert self._ends[name].wait(60)
            question.seconds_left()
            self.second.append(name)
            return f"answer to {name}"

        return work

    def finish(self, name: str) -> None:
        self._ends[name].set()

    def ask(
        self, name: str, project: str = "p", *, key: str = "k", gone: Callable[[], Awaitable[object]] | None = None
    ) -> asyncio.Task[str]:
        asked = asyncio.create_task(self.turns.run(project, key, self.slow(name), gone or asyncio.Event().wait))
        self.asked.append(asked)
        return asked

    async def has_begun(self, *names: str) -> None:
        """Wait until exactly these have begun, in any order."""

        def wait() -> None:
            with self._changed:
                assert self._changed.wait_for(lambda: set(names) <= set(self.begun), 60), self.begun

        await asyncio.to_thread(wait)
        assert sorted(self.begun) == sorted(names)

    async def pass_time(self, seconds: float) -> None:
        await asyncio.sleep(0)  # what was asked just now is asked before the time passes
        self.loop.ahead += seconds
        # Timers that are due fire in the next round of the loop, what they wake runs in the one after.
        for _ in range(3):
            await asyncio.sleep(0)

    def _end(self, tag: str) -> threading.Event:
        return self._ends.setdefault(tag, threading.Event())


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Loop)
    made = House(loop)
    try:
        yield made
    finally:
        await made.turns.close()
        await asyncio.gather(*made.asked, return_exceptions=True)


async def refused(asked: Coroutine[Any, Any, Any] | asyncio.Task[Any]) -> bool:
    try:
        await asked
    except ServiceUnavailableError:
        return True
    return False


def test_a_small_question_does_not_wait_behind_the_slow_ones_of_another_project() -> None:
    async def test(house: House) -> None:
        slow = [house.ask(f"slow {number}", "busy") for number in range(10)]
        await house.has_begun("slow 0", "slow 1")
        small = house.ask("small", "other")
        await house.has_begun("slow 0", "slow 1", "small")
        house.finish("small")
        assert await small == "answer to small"
        assert not any(task.done() for task in slow)

    run(test)


def test_a_free_thread_goes_to_the_next_in_line() -> None:
    async def test(house: House) -> None:
        asked = {name: house.ask(name, name[0]) for name in ("a1", "a2", "a3", "b1", "b2", "c1")}
        await house.has_begun("a1", "a2", "b1", "b2")
        house.finish("b1")
        assert await asked["b1"] == "answer to b1"
        await house.has_begun("a1", "a2", "b1", "b2", "c1")
        assert MAX_RUNNING == 4
        assert MAX_RUNNING_OF_PROJECT == 2

    run(test)


def test_the_deadline_counts_from_asking_and_includes_waiting() -> None:
    async def test(house: House) -> None:
        first, second = house.ask("first"), house.ask("second")
        await house.has_begun("first", "second")
        await house.pass_time(10)
        waits = house.ask("waits")
        await house.pass_time(LIMIT_S - 10)
        assert await refused(first)
        assert await refused(second)
        # The threads of those two are free when they have ended; then the third has 20 of its 30 seconds left.
        await house.has_begun("first", "second", "waits")
        await house.pass_time(9.9)
        assert not waits.done()
        await house.pass_time(0.2)
        assert await refused(waits)

    run(test)


def test_a_question_that_never_got_its_turn_is_refused_in_time_and_never_begun() -> None:
    async def test(house: House) -> None:
        running = [house.ask(name) for name in ("one", "two")]
        await house.has_begun("one", "two")
        await house.pass_time(1)
        waits = house.ask("waits")
        house.turns._stop = lambda _: None  # the engine does not end them
        await house.pass_time(LIMIT_S + 1)
        assert await refused(waits)
        assert all([await refused(task) for task in running])
        for name in ("one", "two"):
            house.finish(name)
        await house.turns.close()
        assert sorted(house.begun) == ["one", "two"]

    run(test)


def test_a_statement_may_take_what_is_left_of_the_time() -> None:
    async def test(house: House) -> None:
        question = Question("p", "k", house.loop.time)
        assert LIMIT_S - 1 < question.seconds_left() <= LIMIT_S
        house.loop.ahead += 29.5
        assert 0 < question.seconds_left() <= 0.5
        house.loop.ahead += 0.5
        with pytest.raises(ServiceUnavailableError):
            question.seconds_left()

    run(test)


def test_a_question_whose_client_left_leaves_the_line() -> None:
    async def test(house: House) -> None:
        left = asyncio.Event()
        running = [house.ask(name) for name in ("one", "two")]
        await house.has_begun("one", "two")
        waits = house.ask("waits", gone=left.wait)
        after = house.ask("after")
        await asyncio.sleep(0)
        left.set()
        with pytest.raises(ClientLeft):
            await waits
        house.finish("one")
        await house.has_begun("one", "two", "after")
        assert house.stopped == []
        assert not after.done()
        assert not running[1].done()

    run(test)


def test_a_question_whose_client_left_is_stopped_and_its_thread_is_free() -> None:
    async def test(house: House) -> None:
        left = asyncio.Event()
        leaves, stays = house.ask("leaves", gone=left.wait), house.ask("stays")
        await house.has_begun("leaves", "stays")
        waits = house.ask("waits")
        left.set()
        with pytest.raises(ClientLeft):
            await leaves
        await house.has_begun("leaves", "stays", "waits")
        assert len(set(house.stopped)) == 1
        assert house.second == []
        assert not stays.done()
        assert not waits.done()

    run(test)


def test_a_question_is_told_to_stop_until_it_has_ended() -> None:
    """The first time may come before its statement has begun, and the engine may be away."""

    async def test(house: House) -> None:
        told: list[str] = []
        heard = threading.Event()

        def deaf(tag: str) -> None:
            told.append(tag)
            if len(told) == 2:
                raise ServiceUnavailableError
            if len(told) == 3:
                heard.set()
                house.stop(tag)

        house.turns._stop = deaf
        left = asyncio.Event()
        leaves = house.ask("leaves", gone=left.wait)
        await house.has_begun("leaves")
        left.set()
        with pytest.raises(ClientLeft):
            await leaves
        assert await asyncio.to_thread(heard.wait, 60)
        assert told == [told[0]] * 3

    run(test)


def test_too_many_of_a_project_are_refused_at_once() -> None:
    async def test(house: House) -> None:
        asked = [house.ask(str(number)) for number in range(MAX_RUNNING_OF_PROJECT + MAX_WAITING_OF_PROJECT)]
        await house.has_begun("0", "1")
        assert await refused(house.ask("one more"))
        other = house.ask("of another", "other")
        await house.has_begun("0", "1", "of another")
        assert not any(task.done() for task in [*asked, other])

    run(test)


def test_what_goes_wrong_in_a_thread_is_raised_to_who_asked() -> None:
    async def test(house: House) -> None:
        def wrong(_: Question) -> None:
            raise ValueError("wrong")

        with pytest.raises(ValueError, match="wrong"):
            await house.turns.run("p", "k", wrong, asyncio.Event().wait)

    run(test)


def test_when_the_server_stops_what_waits_is_refused_and_what_runs_is_stopped() -> None:
    async def test(house: House) -> None:
        asked = [house.ask(name) for name in ("one", "two", "waits")]
        await house.has_begun("one", "two")
        await house.turns.close()
        assert all([await refused(task) for task in asked])
        assert len(set(house.stopped)) == 2
        assert await refused(house.ask("later"))
        assert sorted(house.begun) == ["one", "two"]

    run(test)
