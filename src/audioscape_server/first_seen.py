"""Who was first seen when: gathered once, so that nobody reads all events to tell who is new.

The job gathers a day when nothing is added to it any more. What was gathered is for answers to rely on, or not:

Promises:
    * An answer is what a count of all events gives, whatever was gathered: a day that was not is read from the events.
      While that would be more events than anybody waits for, as after a history came in, there is none, but how far the
      job is.
    * A gathered day that counts something else now (an outage brought late events, a repair took some away) makes all
      that was gathered of the project worthless, for the first event of somebody may be gone. Until it is gathered
      anew everything is read from the events. A change is noticed as far as the sums of a day tell: events of one
      player in place of as many of another with the same sums are not.
    * So does a part of ``first_seen`` that cannot be read any more: players would be missing.
    * A day is noted as begun before anything of it is written. Where a worker was killed half-way, it is gathered
      again; if it changed meanwhile, that counts as above: players who were written may be in no event any more.
    * What is gathered anew is of a new *generation*, whose number is above all others; what a worker that was held up
      writes of an older one does not count. Within a generation rows may come twice and in any order.
    * Other jobs wait for half a minute or so at most: what a run does not come to is left to the next one. That comes
      when the job has rested for as long (``jobs/runner.py``), so a history that came in is gathered in minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol

from audioscape_server.jobs import Hold

#: Under which the questions of the job can be stopped.
TAG: Final = "first_seen"
#: Days after which nothing is added to a day: events are accepted for seven, and belong to a day of UTC.
CLOSED_AFTER_DAYS: Final = 8
#: Events of days that are gathered by one statement, at most, where it is more than one day: some five seconds of a
#: core, and what it keeps of each player fits into memory.
_EVENTS_AT_ONCE: Final = 10_000_000
#: Seconds after which a run begins no further statement.
_RUN_S: Final = 20.0
#: Events of closed days that a question reads because the job has not come to them: some three seconds of a core.
_MOST_READ: Final = 20_000_000
#: Seconds that one statement of the job may take, less than the job is held for.
_ASKED_S: Final = 240.0

_COLUMNS: Final = {
    "project": "LowCardinality(String)",
    "day": "Date",
    "generation": "UInt64",
    "print": "UInt64",
    "gathered": "UInt8",
}

Row = dict[str, Any]


class NotGatheredError(Exception):
    """Who is new is not told yet: too many events would have to be read, for the job has not come to them.

    Args:
        share: what it has come to, of all events of closed days: 0 to 1.
    """

    def __init__(self, share: float) -> None:
        super().__init__(f"who was first seen when is gathered of a share of {share:.3f} of the events")
        self.share: Final = share


class Events(Protocol):
    """The warehouse, as the job sees it."""

    def ask(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float, threads: int) -> list[Row]:
        """Run ``sql/<name>.sql``."""
        ...

    def derive(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> None:
        """Run ``sql/<name>.sql``, which puts rows into a table."""
        ...

    def add(self, table: str, columns: Mapping[str, str], data: Sequence[Sequence[Any]]) -> None:
        """Put rows into a table."""
        ...


class Day(NamedTuple):
    """What the rollup counts on a day."""

    events: int
    print: int
    """A hash of all of it."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was gathered of a project."""

    generation: int
    """0 = nothing that can be relied on."""
    newest: int
    """The highest generation of which there are rows, whether or not it can be relied on."""
    known: Mapping[date, Day]
    """The days of which all players are gathered."""
    unknown: Mapping[date, Day]
    """The days that are to be read from the events."""

    def require(self, until: float) -> None:
        """Make sure that a question about what was before an instant, Unix seconds, need not read too much.

        Raises:
            NotGatheredError: it would have to.
        """
        last = _closed_at(until)
        read, unread = (
            sum(counted.events for day, counted in days.items() if day <= last) for days in (self.known, self.unknown)
        )
        if unread > _MOST_READ:
            raise NotGatheredError(read / (read + unread))


def gathered(ask: Callable[..., list[Row]], project: str) -> Gathered:
    """What was gathered of a project.

    Args:
        ask: runs a statement with these parameters.
        project: whose events.
    """
    rows = ask("audience/gathered", project=project)
    newest = max((row["generation"] for row in rows), default=0)
    of_newest = [row for row in rows if newest and row["generation"] == newest]
    now = {row["day"]: Day(row["events"], row["print_now"]) for row in rows if row["events"]}
    has_changed = any(row["day"] not in now or now[row["day"]].print != row["print"] for row in of_newest)
    known = {} if has_changed else {row["day"]: now[row["day"]] for row in of_newest if row["is_gathered"]}
    unknown = {day: counted for day, counted in now.items() if day not in known}
    return Gathered(newest if known else 0, newest, known, unknown)


def asked(ask: Callable[..., list[Row]], project: str, name: str, *, until: float, **parameters: Any) -> list[Row]:
    """The rows of a question that needs to know who is new.

    Args:
        ask: runs a statement with these parameters.
        project: whose events.
        name: the statement. It takes who was seen first from this `generation` of ``first_seen``, and of the
            `unknown_days` from the events.
        until: the instant before which everything is that it asks for, Unix seconds.
        parameters: the others of the statement.

    Raises:
        NotGatheredError: the job has to come further first.
    """
    known = gathered(ask, project)
    while True:
        known.require(until)
        of_known = {"generation": known.generation, "unknown_days": sorted(known.unknown)}
        rows = ask(name, project=project, until=until, **of_known, **parameters)
        now = gathered(ask, project)
        if now.generation == known.generation:
            return rows
        known = now  # gathered anew meanwhile: rows of the older generation may have gone


class FirstSeenJob:
    """Gathers the days of all projects that are closed.

    Args:
        warehouse: holds the events, and takes what is gathered.
        clock: Unix seconds.
    """

    def __init__(self, warehouse: Events, clock: Callable[[], float]) -> None:
        self._warehouse = warehouse
        self._clock = clock

    def run(self, hold: Hold) -> bool:
        """Gather every day that is due; returns whether there is more than a run comes to.

        Raises:
            ServiceUnavailableError: the warehouse is away, or another worker has the job now.
        """
        began = self._clock()
        last = _closed_at(began)
        for row in self._ask("scores/projects"):
            project = row["project"]
            found = gathered(self._ask, project)
            due = {day: counted for day, counted in sorted(found.unknown.items()) if day <= last}
            if due and not found.generation:
                hold.renew(above=found.newest)
            for days in _at_once(due):
                if self._clock() >= began + _RUN_S:
                    return True
                self._gather(hold, project, found.generation or hold.fence, days)
        return False

    def _gather(self, hold: Hold, project: str, generation: int, counted: Mapping[date, Day]) -> None:
        days = list(counted)
        noted = [[project] * len(days), days, [generation] * len(days), [day.print for day in counted.values()]]
        self._warehouse.add("first_seen_days", _COLUMNS, [*noted, [0] * len(days)])
        asked = {"project": project, "generation": generation, "days": days}
        self._warehouse.derive("audience/gather", asked, tag=TAG, seconds=_ASKED_S)
        hold.renew()
        self._warehouse.add("first_seen_days", _COLUMNS, [*noted, [1] * len(days)])

    def _ask(self, name: str, **parameters: Any) -> list[Row]:
        return self._warehouse.ask(name, parameters, tag=TAG, seconds=_ASKED_S, threads=1)


def _closed_at(now: float) -> date:
    """The last day to which nothing is added any more."""
    return datetime.fromtimestamp(now, UTC).date() - timedelta(days=CLOSED_AFTER_DAYS)


def _at_once(due: Mapping[date, Day]) -> Iterator[Mapping[date, Day]]:
    """The days that are gathered together, one after the other."""
    piece: dict[date, Day] = {}
    for day, counted in due.items():
        if piece and counted.events + sum(one.events for one in piece.values()) > _EVENTS_AT_ONCE:
            yield piece
            piece = {}
        piece[day] = counted
    if piece:
        yield piece
