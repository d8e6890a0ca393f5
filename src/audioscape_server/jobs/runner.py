"""Does the jobs that are due and that no other worker does.

A chore is done by every worker for itself; a job is done by the one worker that holds it, as the control database says
(``control/jobs.py``). Every worker asks for it again and again; whoever finds it due and free does it.

A job rests after each run for twenty times as long as that took, within bounds: it takes a twentieth of one core at
most, and comes round soon where there is little to do. One that failed does not wait for its next day. One that says
that it left something to do, because a history came in, rests only as long as it took: until it is through with that it
takes half of one core, and the jobs beside it come in between.

While intake and loading keep the cores of a worker busy, it looks for jobs once a minute only: what takes a second of a
core is no share of a minute, and a large one of the few seconds after which small jobs come round. Meanwhile a worker
that has room may do them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from audioscape_server.control.jobs import Jobs
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.telemetry import Metrics

#: Seconds for which a job is held without being renewed.
HELD_S: Final = 300.0
_REST: Final = 20.0
#: Seconds after which a job that failed is done again, if it took no long time.
RETRY_S: Final = 60.0
#: Seconds for which what is due waits for cores at most.
PUT_OFF_S: Final = 60.0
#: Seconds for which the cores must have had room before that: load comes in waves.
CALM_S: Final = 10.0


class JobCutShortError(ServiceUnavailableError):
    """The server stops: what is left of the job is for the next run."""


class Job(NamedTuple):
    """Work that comes round."""

    name: str
    least_rest_s: float
    """Seconds between two runs, at least."""
    most_rest_s: float
    """Seconds after which it comes round, however long it takes."""
    do: Callable[[Hold], bool | None]
    """Returns True where it left something to do."""


class Hold:
    """A job that this worker holds."""

    def __init__(self, jobs: Jobs, name: str, fence: int, is_stopping: Callable[[], bool] = lambda: False) -> None:
        self._jobs = jobs
        self._name = name
        self._is_stopping = is_stopping
        self.fence = fence
        """Goes with everything that the job writes; a higher one counts."""

    def renew(self, above: int = 0) -> None:
        """Say that work goes on; to be called at least every `HELD_S` seconds.

        Args:
            above: a fence that results carry already: that of this hold is higher from now on.

        Raises:
            JobTakenOverError: another worker has the job now, and this one must write nothing more.
            JobCutShortError: the server stops.
        """
        if self._is_stopping():
            raise JobCutShortError("the server is stopping")
        self.fence = self._jobs.renew(self._name, self.fence, HELD_S, above)


class JobRunner:
    """Does the jobs that are due, one after the other. For one thread.

    Args:
        jobs: how they stand.
        work: the jobs.
        metrics: where their runs are counted.
        holder: names this runner, and those of earlier processes in its place: when it begins, they are gone.
        cores_are_taken: whether the cores were busy since this was last asked.
    """

    def __init__(
        self,
        jobs: Jobs,
        work: Sequence[Job],
        metrics: Metrics,
        holder: str,
        cores_are_taken: Callable[[], bool] = lambda: False,
    ) -> None:
        self._jobs = jobs
        self._work = work
        self._metrics = metrics
        self._holder = hashlib.blake2b(holder.encode(), digest_size=16).hexdigest()  # as long as the column
        self._cores_are_taken = cores_are_taken
        self._has_begun = False
        self._looked_at = 0.0
        self._taken_at = float("-inf")
        self._stopping = False

    def stop(self) -> None:
        """Begin nothing more, and end what is under way at its next renewal. Safe from any thread."""
        self._stopping = True

    def round(self, clock: Callable[[], float]) -> None:
        """Do what is due and free, unless it has to wait for cores.

        Args:
            clock: Unix seconds.

        Raises:
            Exception: what the last job that failed raised; it is written down, and the jobs after it were done.
        """
        if not self._has_begun:
            self._jobs.free(self._holder)
            self._has_begun = True
            self._looked_at = clock()
        if self._is_put_off(clock()):
            return
        failed: Exception | None = None
        has_run = False
        for job in self._work:
            if self._stopping:
                return
            fence = self._jobs.take(job.name, self._holder, HELD_S, job.most_rest_s)
            if fence is not None:
                has_run = True
                failed = self._run(job, fence, clock) or failed
        if has_run:
            self._cores_are_taken()  # what the jobs took themselves is not to put them off
        if failed:
            raise failed

    def _is_put_off(self, now: float) -> bool:
        """Whether what is due waits: the cores are or were just taken, and it has not waited long."""
        # Asked at every look, so that it tells of the time between two.
        if self._cores_are_taken():
            self._taken_at = now
        if abs(now - self._taken_at) < CALM_S and abs(now - self._looked_at) < PUT_OFF_S:
            return True
        self._looked_at = now
        return False

    def _run(self, job: Job, fence: int, clock: Callable[[], float]) -> Exception | None:
        began = time.monotonic()
        failed, is_behind = None, False
        hold = Hold(self._jobs, job.name, fence, lambda: self._stopping)
        try:
            is_behind = bool(job.do(hold))
        except Exception as error:  # noqa: BLE001 - it is written down, and raised by `round`
            failed = error
        took = time.monotonic() - began
        least = min(job.least_rest_s, RETRY_S) if failed else job.least_rest_s
        rest = took if is_behind else min(job.most_rest_s, max(least, _REST * took))
        # The kind of error only: its text may tell of one project, and everybody who may read sees this.
        error = type(failed).__name__ if failed else None
        self._jobs.end(job.name, hold.fence, next_at=clock() + rest, duration_s=took, error=error)
        self._metrics.job_runs.labels(job.name, "failed" if failed else "succeeded").inc()
        self._metrics.job_seconds.labels(job.name).set(took)
        if not failed:
            self._metrics.job_succeeded_at.labels(job.name).set(clock())
        return failed
