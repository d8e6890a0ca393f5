"""Run what blocks in a few threads of their own, so that the event loop, and intake with it, never waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from audioscape_server.errors import ServiceUnavailableError

T = TypeVar("T")

#: Queries answered at a time. Each holds a connection to the warehouse and uses all the cores that it can get.
MAX_RUNNING: Final = 3
#: Queries that may wait for their turn; more are refused at once, since those in front would time out anyway.
MAX_WAITING: Final = 100


class Turns:
    """A few long-lived threads and a bounded queue in front of them. Belongs to one event loop."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(MAX_RUNNING, thread_name_prefix="read-api")
        self._asked = 0

    async def run(self, ask: Callable[[], T]) -> T:
        """Call `ask` in a thread and return what it returns.

        Raises:
            ServiceUnavailableError: too many are waiting already.
        """
        if self._asked >= MAX_RUNNING + MAX_WAITING:
            raise ServiceUnavailableError
        self._asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, ask)
        finally:
            self._asked -= 1

    async def close(self) -> None:
        """Let what runs come to its end and stop the threads."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)
