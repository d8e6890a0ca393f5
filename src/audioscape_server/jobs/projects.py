"""Of a job that works on one project after another: which ones are due, and the numbers of what it publishes.

A project is due when it does not look as it did when the job was there last, at the first run of a day, and every hour:
what was rebuilt may look the same, and what trends ends.

What a block brings is in one rollup before it is in the next: a project may look new already while what the job asks is
not there yet. So a project is due, too, when a change that was under way as it began to look as it does was still under
way when the job was there last.

What a job publishes has a number, and the highest one counts. It begins with the fence of the job, so what a worker
that was held up publishes late never replaces what is newer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import UTC, date, datetime
from math import inf
from typing import Final, NamedTuple

from audioscape_server.jobs.runner import Hold

#: Seconds after which a project is due though it looks as it did.
STALE_S: Final = 3_600.0
#: Bits of a number that count what this process has published; the fence of the job stands above them.
_RUN_BITS: Final = 32


class _Visit(NamedTuple):
    """How a project looked when the job was there, and when that was."""

    looks: Hashable
    at: float
    under_way: frozenset[str]
    """The changes that ran when it began to look so, and still did then: the job may have missed what they brought."""


_NEVER: Final = _Visit(None, -inf, frozenset())


class DueProjects:
    """What a job remembers from one run to the next.

    Args:
        clock: Unix seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last: dict[str, _Visit] = {}
        self._published = 0

    def each(
        self,
        hold: Hold,
        projects: Iterable[tuple[str, Hashable]],
        under_way: frozenset[str],
        newest: Callable[[], int],
    ) -> Iterator[tuple[str, float]]:
        """The projects that are due, one after another, and the time at which each is looked at.

        A project is not due any more once the next one is asked for: what fails in between is done again.

        Args:
            hold: of the job.
            projects: every project, with how it looks.
            under_way: the changes of the warehouse that ran after it was asked how they look.
            newest: the highest number that anybody has published; asked once, before the first project that is due.

        Raises:
            ServiceUnavailableError: another worker has the job now, or the server stops.
        """
        is_first = True
        for project, looks in projects:
            now = self._clock()
            last = self._last.get(project, _NEVER)
            is_same = looks == last.looks
            if is_same and not last.under_way and now - last.at < STALE_S and _day(last.at) == _day(now):
                continue
            if is_first:
                hold.renew(above=newest() >> _RUN_BITS)
                is_first = False
            yield project, now
            self._last[project] = _Visit(looks, now, under_way & last.under_way if is_same else under_way)

    def next_number(self, hold: Hold) -> int:
        """The number of what is published next."""
        self._published += 1
        return (hold.fence << _RUN_BITS) + self._published


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()
