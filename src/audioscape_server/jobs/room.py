"""Where this worker does its jobs: each kind in a thread of its own, so that none waits for another kind."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from audioscape_server.chores import Chore
from audioscape_server.control.jobs import Jobs
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.jobs.cores import Cores
from audioscape_server.jobs.runner import Job, JobRunner
from audioscape_server.lanes import Lane
from audioscape_server.telemetry import Metrics

#: Seconds between two looks whether a job is due.
LOOK_S: Final = 2.0
#: Seconds that a round is waited for; what takes longer goes on.
WAITED_S: Final = 300.0
#: Seconds between two tries to stop what a job asks.
STOPPING_S: Final = 0.2


class JobRoom:
    """The jobs of this worker. For one event loop.

    Args:
        jobs: how they stand, in the whole installation.
        kinds: the jobs of each thread; those of one are done one after the other.
        metrics: where their runs are counted.
        clock: Unix seconds.
        worker: names this worker, and no other one at the same time; the same after a restart.
        stop_asking: ends what a job of this name asks the warehouse, and returns at once.
        cores: for each thread, tells whether the cores are taken.
    """

    def __init__(
        self,
        jobs: Jobs,
        kinds: Mapping[str, Sequence[Job]],
        *,
        metrics: Metrics,
        clock: Callable[[], float],
        worker: str,
        stop_asking: Callable[[str], None],
        cores: Callable[[], Cores] = Cores,
    ) -> None:
        self._names = [job.name for work in kinds.values() for job in work]
        self._kinds = [
            (Lane(kind, WAITED_S), JobRunner(jobs, work, metrics, f"{worker} {kind}", cores().are_taken))
            for kind, work in kinds.items()
        ]
        self._clock = clock
        self._stop_asking = stop_asking

    @property
    def is_busy(self) -> bool:
        """Whether a job is under way."""
        return any(lane.is_busy for lane, _ in self._kinds)

    def chores(self) -> list[Chore]:
        """What makes the jobs come round."""
        return [_looking(lane, runner, self._clock) for lane, runner in self._kinds]

    async def end(self) -> None:
        """Begin nothing more, and end what is under way; returns once nothing is."""
        for _, runner in self._kinds:
            runner.stop()
        while self.is_busy:
            for name in self._names:
                with contextlib.suppress(ServiceUnavailableError):
                    await asyncio.to_thread(self._stop_asking, name)
            await asyncio.sleep(STOPPING_S)


def _looking(lane: Lane, runner: JobRunner, clock: Callable[[], float]) -> Chore:
    return Chore(lane.name, LOOK_S, lambda: lane.run(lambda: runner.round(clock)))
