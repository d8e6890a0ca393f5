"""The day with which a project begins: a page shows nothing before it, where it would show weeks or years of nothing.

Promises
    * No page waits for it longer than `WITHIN_S`. What is not known by then is not told, and the page is as those of
      projects that began long ago.
    * A project that is no longer young is asked about once: an event that comes now is not its first. Where its first
      events are erased later, the day before them is told until the next start.
    * That a project has no event is said only where it is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from audioscape_server.api.dependencies import Answerer
from audioscape_server.api.turns import Question, Turns
from audioscape_server.api.zones import DAY_S, Calendar
from audioscape_server.errors import ServiceUnavailableError

#: Seconds that a page waits.
WITHIN_S: Final = 1.0
#: Days after which a project is not young: no event is that late, and what a page shows by itself is never longer (91
#: days, and a zone's part).
YOUNG_DAYS: Final = 93


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of the beginning of a project.

    Attributes:
        first_day: the day of the first event; None when there is none, or it cannot be told now.
        has_events: False where it is known that there is no event.
    """

    first_day: date | None
    has_events: bool = True


class FirstDays:
    """See the module. Belongs to one event loop.

    Args:
        warehouse: holds the events.
        turns: when it may be asked.
        clock: Unix seconds.
    """

    def __init__(self, warehouse: Answerer, turns: Turns, clock: Callable[[], float]) -> None:
        self._warehouse = warehouse
        self._turns = turns
        self._clock = clock
        #: When those began that are not young, in Unix seconds.
        self._grown: dict[str, float] = {}

    async def of(
        self, project: str, asker: str, calendar: Calendar, gone: Callable[[], Awaitable[object]]
    ) -> Beginning:
        """What is known of it within `WITHIN_S`.

        Args:
            project: whose events.
            asker: in whose turn it is asked, as a key of the project.
            calendar: by which days.
            gone: returns when the client has left.
        """
        if project in self._grown:
            return Beginning(calendar.day(self._grown[project]))

        def ask(question: Question) -> list[dict[str, Any]]:
            seconds = question.seconds_left()
            return self._warehouse.ask("read/first_event", {"project": project}, tag=question.tag, seconds=seconds)

        try:
            async with asyncio.timeout(WITHIN_S):
                rows = await self._turns.run(project, asker, ask, gone)
        except (ServiceUnavailableError, TimeoutError):
            return Beginning(None)
        if not rows:
            return Beginning(None, has_events=False)
        first = rows[0]["first"]
        if first < self._clock() - YOUNG_DAYS * DAY_S:
            self._grown[project] = first
        return Beginning(calendar.day(first))
