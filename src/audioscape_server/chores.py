"""Work that comes round: each chore with a period, a thread and a deadline of its own.

One that fails or hangs is told of once, and once more when it goes again; the others and the requests do not notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.lanes import Lane

_log = structlog.get_logger()


class Chore(NamedTuple):
    """Something to be done again and again."""

    name: str
    every_s: float
    """Seconds between two rounds."""
    do: Callable[[], Awaitable[None]]


def blocking(name: str, every_s: float, within_s: float, work: Callable[[], None]) -> Chore:
    """A chore that blocks: it has a thread of its own, and is waited for ``within_s`` seconds."""
    lane = Lane(name, within_s)
    return Chore(name, every_s, lambda: lane.run(work))


async def repeat(chore: Chore) -> None:
    """Do a chore until cancelled."""
    failing = False
    while True:
        try:
            await chore.do()
        except (ServiceUnavailableError, SQLAlchemyError, OSError) as error:
            if not failing:
                _log.warning("a periodic task fails", task=chore.name, error=str(error)[:300])
            failing = True
        except Exception as error:  # noqa: BLE001 - the next round must come
            if not failing:
                _log.error("a periodic task fails", task=chore.name, exc_info=error)
            failing = True
        else:
            if failing:
                _log.info("a periodic task works again", task=chore.name)
            failing = False
        await asyncio.sleep(chore.every_s)
