"""Of a job that works on one project after another: which ones are due, and the numbers of what it publishes.

A project is due when it does not look as it did when the job was there last, at the first run of a day, and every hour:
what was rebuilt may look the same, and what trends ends.

What a job publishes has a number, and the highest one counts. It begins with the fence of the job, so what a worker
that was held up publishes late never replaces what is newer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import UTC, date, datetime
from math import inf
from typing import Final

from audioscape_server.jobs.runner import Hold

#: Seconds after which a project is due though it looks as it did.
STALE_S: Final = 3_600.0
#: Bits of a number that count what this process has published; the fence of the job stands above them.
_RUN_BITS: Final = 32


class DueProjects:
    """What a job remembers from one run to the next.

    Args:
        clock: Unix seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        #: Of each project: how it looked when the job was there last, and when that was.
        self._seen: dict[str, tuple[Hashable, float]] = {}
        self._published = 0

    def each(
        self, hold: Hold, projects: Iterable[tuple[str, Hashable]], newest: Callable[[], int]
    ) -> Iterator[tuple[str, float]]:
        """The projects that are due, one after another, and the time at which each is looked at.

        A project is not due any more once the next one is asked for: what fails in between is done again.

        Args:
            hold: of the job.
            projects: every project, with how it looks.
            newest: the highest number that anybody has published; asked once, before the first project that is due.

        Raises:
            ServiceUnavailableError: another worker has the job now, or the server stops.
        """
        is_first = True
        for project, looks in projects:
            now = self._clock()
            had, at = self._seen.get(project, (None, -inf))
            if looks == had and now - at < STALE_S and _day(at) == _day(now):
                continue
            if is_first:
                hold.renew(above=newest() >> _RUN_BITS)
                is_first = False
            yield project, now
            self._seen[project] = (looks, now)

    def next_number(self, hold: Hold) -> int:
        """The number of what is published next."""
        self._published += 1
        return (hold.fence << _RUN_BITS) + self._published


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()
