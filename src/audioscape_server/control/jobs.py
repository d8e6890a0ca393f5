"""What comes round in the whole installation: whose turn it is, how it went, and when it is due again.

Promises:
    * One worker at a time holds a job. Who holds it does so until a moment; then anybody may take it.
    * Each time a job is taken it gets a *fence*, a number that only grows. A holder that was held up for so long that
      another one took over writes with a lower number than that one, so what it writes late does not count.
    * A job that is asked for (`hasten`) is done once more from its beginning, even when it was under way just then.
    * The clocks of two workers may differ: then a job is taken too early or too late, and the fence says whose work
      counts. A clock that was ahead and is right again, or a holder whose clock was ahead and that died, keeps no job
      from being done: what a worker saw stand as it is for as long as it may rest, or be held, is due.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import case, select, update

from audioscape_server.clock_watch import counting
from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.schema import jobs
from audioscape_server.errors import ServiceUnavailableError


class _Standing(NamedTuple):
    """What decides whether a job is due."""

    fence: int
    held_until: float
    next_at: float


class JobTakenOverError(ServiceUnavailableError):
    """Another worker holds the job now."""


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands; times are Unix seconds."""

    name: str
    next_at: float
    """When it is due again."""
    started_at: float | None
    ended_at: float | None
    succeeded_at: float | None
    """When it ended without an error last."""
    duration_s: float | None
    error: str | None
    """Of the last run; None = it succeeded."""
    runs: int
    failures: int


class Jobs:
    """The jobs of an installation.

    Args:
        database: the control database that all workers share.
        clock: Unix seconds.
        counted: seconds of a clock that nobody sets.

    Every method raises `SQLAlchemyError` when the control database does not answer.
    """

    def __init__(
        self, database: ControlDatabase, clock: Callable[[], float], counted: Callable[[], float] = counting
    ) -> None:
        self._engine = database.engine
        self._clock = clock
        self._counted = counted
        self._seen: dict[str, tuple[_Standing, float]] = {}
        """How each job stood that was not due, and since when it was seen to, in counted seconds."""

    def take(self, name: str, holder: str, for_s: float, rest_s: float = math.inf) -> int | None:
        """Take a job that is due and that nobody holds; returns its fence, or None.

        Args:
            name: of the job.
            holder: this worker.
            for_s: seconds for which it is held, unless it is renewed.
            rest_s: seconds that it rests at most.
        """
        now = self._clock()
        standing = self._standing(name)  # without a lock on the database: every worker asks every few seconds
        if not self._is_due(name, standing, now, for_s, rest_s):
            return None
        fence, held_until, next_at = standing
        due = update(jobs).where(
            jobs.c.name == name, jobs.c.fence == fence, jobs.c.held_until == held_until, jobs.c.next_at == next_at
        )
        with self._engine.begin() as connection:
            connection.execute(
                upsert(connection, jobs)
                .values(name=name, holder="", fence=0, held_until=0, next_at=0, runs=0, failures=0)
                .on_conflict_do_nothing()
            )
            # While it is held, `next_at` is when it was taken; anything else there was put by `hasten`.
            began = {"started_at": now, "next_at": now}
            taken = due.values(holder=holder, fence=jobs.c.fence + 1, held_until=now + for_s, **began)
            if not connection.execute(taken).rowcount:
                return None
            return connection.scalar(select(jobs.c.fence).where(jobs.c.name == name))

    def _standing(self, name: str) -> _Standing:
        wanted = select(jobs.c.fence, jobs.c.held_until, jobs.c.next_at).where(jobs.c.name == name)
        with self._engine.connect() as connection:
            found = connection.execute(wanted).one_or_none()
        return _Standing(*found) if found else _Standing(0, 0, 0)

    def _is_due(self, name: str, standing: _Standing, now: float, for_s: float, rest_s: float) -> bool:
        if max(standing.held_until, standing.next_at) <= now:
            return True
        counted = self._counted()
        seen, since = self._seen.get(name, (None, counted))
        if seen != standing:
            self._seen[name] = standing, counted
            return False
        return counted - since >= (for_s if standing.held_until else rest_s)

    def renew(self, name: str, fence: int, for_s: float, above: int = 0) -> int:
        """Hold a job for longer; returns its fence, which is a new one only where it was not above this.

        Args:
            name: of the job.
            fence: under which it was taken.
            for_s: seconds from now.
            above: the highest fence that anybody has seen. A control database that was put back knows of fewer.

        Raises:
            JobTakenOverError: another worker has taken it since.
        """
        higher = max(fence, above + 1)
        held = update(jobs).where(jobs.c.name == name, jobs.c.fence == fence)
        with self._engine.begin() as connection:
            if not connection.execute(held.values(held_until=self._clock() + for_s, fence=higher)).rowcount:
                raise JobTakenOverError(f"another worker has taken the job {name!r}")
        return higher

    def free(self, holder: str) -> None:
        """Give back what this holder has, which is gone: nobody waits until the time is over for which it was held."""
        with self._engine.begin() as connection:
            connection.execute(update(jobs).where(jobs.c.holder == holder).values(held_until=0))

    def hasten(self, name: str) -> None:
        """Have a job done soon, though it rests; where a worker does it now, once more after that."""
        with self._engine.begin() as connection:
            connection.execute(update(jobs).where(jobs.c.name == name).values(next_at=self._clock()))

    def end(self, name: str, fence: int, *, next_at: float, duration_s: float, error: str | None) -> None:
        """Give a job back and write down how it went. Does nothing where another worker has taken it since."""
        now = self._clock()
        outcome = {"succeeded_at": now} if error is None else {"failures": jobs.c.failures + 1}
        with self._engine.begin() as connection:
            connection.execute(
                update(jobs)
                .where(jobs.c.name == name, jobs.c.fence == fence)
                .values(
                    held_until=0,
                    next_at=case((jobs.c.next_at == jobs.c.started_at, next_at), else_=jobs.c.next_at),
                    ended_at=now,
                    duration_s=duration_s,
                    error=error,
                    runs=jobs.c.runs + 1,
                    **outcome,
                )
            )

    def states(self) -> list[JobState]:
        """Every job that was ever due."""
        names = JobState.__dataclass_fields__
        wanted = select(*(jobs.c[name] for name in names)).order_by(jobs.c.name)
        with self._engine.connect() as connection:
            return [JobState(**row) for row in connection.execute(wanted).mappings()]
