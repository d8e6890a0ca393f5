"""Answer questions in a few threads, each within a deadline, and none for a client that has left.

Promises:
    * The event loop never waits for the warehouse, so the intake never does.
    * What waits for a thread stands in a fair line, see `line`.
    * A question is answered within `LIMIT_S` of being asked, waiting included, or refused.
    * Where nobody waits for the answer any more (the client left, the time is up, the server stops), the question
      leaves the line, or is stopped in the warehouse. It is told so until it has ended, because a statement may begin
      just after it was told. Its thread is free only then: the bounds of the line hold for what really runs.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar
from uuid import uuid4

import structlog

from audioscape_server.api.line import MAX_RUNNING, Line
from audioscape_server.errors import AudioScapeError, ServiceUnavailableError

T = TypeVar("T")

#: Seconds in which a question is answered, waiting included.
LIMIT_S: Final = 30.0
#: Seconds after which a question that has not ended is told again to stop.
STOP_AGAIN_S: Final = 0.5
_STOPPING: Final = "the server stops"

_log: Final = structlog.get_logger(__name__)


class ClientLeft(Exception):  # noqa: N818 - the state it names is the error
    """Nobody waits for the answer."""


class Question:
    """What is asked: by whom, until when, and under which name in the warehouse.

    Attributes:
        project: whose data is asked for.
        key: the key that asks.
        tag: names the question's statements in the warehouse.
    """

    def __init__(self, project: str, key: str, clock: Callable[[], float]) -> None:
        self.project: Final = project
        self.key: Final = key
        self.tag: Final = uuid4().hex
        self._clock = clock
        self._deadline = clock() + LIMIT_S
        self._given_up = False

    def seconds_left(self) -> float:
        """How long the next statement may take; more than 0.

        Raises:
            ServiceUnavailableError: nobody waits for it any more.
        """
        left = self._deadline - self._clock()
        if self._given_up or left <= 0:
            raise ServiceUnavailableError
        return left

    def give_up(self) -> None:
        """Let no further statement begin."""
        self._given_up = True


class _Turn:
    """A question, the work it takes, and what comes of it."""

    def __init__(self, question: Question, work: Callable[[Question], Any]) -> None:
        self.project: Final = question.project
        self.key: Final = question.key
        self.question: Final = question
        self.work: Final = work
        #: What the client gets.
        self.answer: Final[asyncio.Future[Any]] = asyncio.get_running_loop().create_future()
        self.ended: Final = asyncio.Event()


class Turns:
    """See the module. Belongs to one event loop.

    Args:
        stop: ends what runs in the warehouse under a tag, if anything does. Blocks.
        clock: seconds; only differences matter.
    """

    def __init__(self, stop: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._stop = stop
        self._clock = clock
        self._line: Line[_Turn] = Line()
        self._threads = ThreadPoolExecutor(MAX_RUNNING, thread_name_prefix="read-api")
        self._stoppers = ThreadPoolExecutor(1, thread_name_prefix="read-api-stop")
        self._turns: set[_Turn] = set()
        self._stopping: set[asyncio.Task[None]] = set()
        self._closed = False

    async def run(
        self, project: str, key: str, work: Callable[[Question], T], gone: Callable[[], Awaitable[object]]
    ) -> T:
        """Call `work` in a thread when it is this question's turn, and return what it returns.

        Args:
            project: whose data is asked for.
            key: the key that asks.
            work: answers the question; asks it for the time that is left before each statement.
            gone: returns when the client has left.

        Raises:
            ServiceUnavailableError: too many questions of the project wait, the time is up, or the server stops.
            ClientLeft: what it says.
        """
        if self._closed:
            raise ServiceUnavailableError(_STOPPING)
        turn = _Turn(Question(project, key, self._clock), work)
        self._line.join(turn)
        self._turns.add(turn)
        left = asyncio.ensure_future(gone())
        try:
            self._start()
            await asyncio.wait({turn.answer, left}, timeout=LIMIT_S, return_when=asyncio.FIRST_COMPLETED)
            if turn.answer.done():
                return turn.answer.result()
            raise ClientLeft if left.done() else ServiceUnavailableError(f"no answer within {LIMIT_S:.0f} s")
        finally:
            left.cancel()
            self._leave(turn)

    async def close(self) -> None:
        """Refuse what waits, stop what runs, and end the threads."""
        self._closed = True
        for turn in [*self._turns]:
            if not turn.answer.done():
                turn.answer.set_exception(ServiceUnavailableError(_STOPPING))
            self._leave(turn)
        while self._stopping:
            await asyncio.wait(self._stopping)
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._stoppers.shutdown)

    def _start(self) -> None:
        """Give every free thread to whose turn it is."""
        while (turn := self._line.next()) is not None:
            running = asyncio.get_running_loop().run_in_executor(self._threads, turn.work, turn.question)
            running.add_done_callback(partial(self._end, turn))

    def _end(self, turn: _Turn, running: asyncio.Future[Any]) -> None:
        self._line.end(turn)
        turn.ended.set()
        error = running.exception()
        if turn.answer.done():
            pass  # nobody waits for it any more
        elif error is not None:
            turn.answer.set_exception(error)
        else:
            turn.answer.set_result(running.result())
        self._start()

    def _leave(self, turn: _Turn) -> None:
        """Nobody waits for the answer any more: see that nothing works on it."""
        if turn not in self._turns:
            return
        self._turns.remove(turn)
        turn.answer.cancel()  # nothing, when there is one
        if turn.ended.is_set() or self._line.leave(turn):
            return
        turn.question.give_up()
        stopping = asyncio.ensure_future(self._stop_running(turn))
        self._stopping.add(stopping)
        stopping.add_done_callback(self._stopping.discard)

    async def _stop_running(self, turn: _Turn) -> None:
        failed = False
        while not turn.ended.is_set():
            try:
                await asyncio.get_running_loop().run_in_executor(self._stoppers, self._stop, turn.question.tag)
            except AudioScapeError as error:
                # It ends by itself when its time is up; once in the log is enough.
                if not failed:
                    _log.warning("a question could not be stopped", reason=str(error))
                failed = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(turn.ended.wait(), STOP_AGAIN_S)
