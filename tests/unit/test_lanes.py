"""A lane's work never holds up whoever asked, nor other lanes, nor the end of the process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from audioscape_server.lanes import HangsError, Lane

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds: more than any work here takes, and less than anybody waits for a test.
SOON, NEVER = 0.05, 60.0


@pytest.fixture
def hang() -> Iterator[threading.Event]:
    """Work that hangs waits for this; the test's end sets it free."""
    event = threading.Event()
    yield event
    event.set()


def test_what_is_done_is_given_back_and_what_fails_is_raised() -> None:
    lane = Lane("lane", NEVER)

    def fail() -> None:
        raise TimeoutError("its own")

    async def ask() -> tuple[int, str]:
        number = await lane.run(lambda: 7)
        with pytest.raises(TimeoutError, match="its own"):
            await lane.run(fail)
        return number, await lane.run(lambda: threading.current_thread().name)

    assert asyncio.run(ask()) == (7, "lane")


def test_work_is_done_one_after_another_in_one_thread() -> None:
    lane = Lane("lane", NEVER)

    async def ask() -> list[int]:
        return await asyncio.gather(*(lane.run(threading.get_ident) for _ in range(20)))

    assert len(set(asyncio.run(ask()))) == 1


def test_nobody_waits_for_what_hangs_and_what_waited_behind_it_is_not_done(hang: threading.Event) -> None:
    lane, done = Lane("lane", SOON), list[int]()

    async def ask() -> None:
        with pytest.raises(HangsError, match="lane: no answer"):
            await lane.run(hang.wait)
        for number in range(3):
            with pytest.raises(HangsError):
                await lane.run(lambda number=number: done.append(number))
        hang.set()
        lane._within_s = NEVER  # what comes now may take its time
        await lane.run(lambda: done.append(99))

    asyncio.run(ask())
    assert done == [99]


def test_one_lane_that_hangs_holds_up_no_other(hang: threading.Event) -> None:
    stuck, free = Lane("stuck", NEVER), Lane("free", NEVER)

    async def ask() -> int:
        hanging = asyncio.create_task(stuck.run(hang.wait))
        answer = await free.run(lambda: 7)
        assert not hanging.done()
        hang.set()
        await hanging
        return answer

    assert asyncio.run(ask()) == 7


def test_what_hangs_does_not_hold_up_the_end_of_the_process() -> None:
    script = """
import asyncio, threading
from audioscape_server.lanes import HangsError, Lane
async def main():
    try:
        await Lane("lane", 0.05).run(threading.Event().wait)
    except HangsError:
        print("ended")
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")
