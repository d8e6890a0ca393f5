"""A job is done by one worker at a time, and what a worker that was held up writes late does not count."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from audioscape_server.control import Jobs, JobTakenOverError
from audioscape_server.jobs import Hold, Job, JobRunner, runner
from audioscape_server.jobs.cores import Cores
from audioscape_server.jobs.room import JobRoom
from audioscape_server.jobs.runner import CALM_S, PUT_OFF_S, RETRY_S, JobCutShortError
from audioscape_server.telemetry import Metrics

if TYPE_CHECKING:
    from audioscape_server.control import ControlDatabase


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(database: ControlDatabase, clock: Clock) -> Jobs:
    return Jobs(database, clock)


def test_one_worker_holds_a_job_until_it_gives_it_back(jobs: Jobs, clock: Clock) -> None:
    assert jobs.take("scores", "one", 60) == 1
    assert jobs.take("scores", "two", 60) is None
    assert jobs.take("tidying", "two", 60) == 1
    jobs.end("scores", 1, next_at=clock.now + 10, duration_s=0.5, error=None)
    assert jobs.take("scores", "two", 60) is None  # not due yet
    clock.now += 10
    assert jobs.take("scores", "two", 60) == 2


def test_a_worker_that_was_held_up_learns_that_another_one_took_over(jobs: Jobs, clock: Clock) -> None:
    assert jobs.take("scores", "one", 60) == 1
    clock.now += 60
    assert jobs.take("scores", "two", 60) == 2
    with pytest.raises(JobTakenOverError):
        jobs.renew("scores", 1, 60)
    jobs.end("scores", 1, next_at=0, duration_s=9, error=None)
    clock.now += 59
    assert jobs.take("scores", "three", 60) is None
    assert jobs.states()[0].runs == 0


def test_a_job_that_is_renewed_is_not_taken(jobs: Jobs, clock: Clock) -> None:
    fence = jobs.take("scores", "one", 60)
    assert fence
    clock.now += 59
    assert jobs.renew("scores", fence, 60) == fence
    clock.now += 59
    assert jobs.take("scores", "two", 60) is None


def test_a_fence_rises_above_what_was_seen_elsewhere(jobs: Jobs) -> None:
    assert jobs.take("scores", "one", 60) == 1
    assert jobs.renew("scores", 1, 60, above=41) == 42
    with pytest.raises(JobTakenOverError):
        jobs.renew("scores", 1, 60)
    assert jobs.renew("scores", 42, 60, above=41) == 42


@pytest.fixture
def counted() -> Clock:
    return Clock()


def test_a_clock_that_was_ahead_keeps_a_job_no_longer_than_its_rest(
    database: ControlDatabase, clock: Clock, counted: Clock
) -> None:
    jobs = Jobs(database, clock, counted)
    clock.now += 86_400
    fence = jobs.take("scores", "one", 60, 200)
    assert fence
    jobs.end("scores", fence, next_at=clock.now + 5, duration_s=0.5, error=None)
    clock.now -= 86_400
    for waited in (0, 150, 49.9):
        counted.now += waited
        assert jobs.take("scores", "one", 60, 200) is None
    counted.now += 0.1
    assert jobs.take("scores", "one", 60, 200) == 2


def test_a_holder_whose_clock_was_ahead_keeps_a_job_only_as_long_as_it_renews_it(
    database: ControlDatabase, clock: Clock, counted: Clock
) -> None:
    ahead, right = Jobs(database, lambda: clock.now + 86_400, counted), Jobs(database, clock, counted)
    fence = ahead.take("scores", "one", 60, 200)
    assert fence
    for _ in range(9):
        counted.now += 59
        clock.now += 59
        ahead.renew("scores", fence, 60)
        assert right.take("scores", "two", 60, 200) is None
    counted.now += 59.9
    assert right.take("scores", "two", 60, 200) is None
    counted.now += 0.1
    assert right.take("scores", "two", 60, 200) == 2
    with pytest.raises(JobTakenOverError):
        ahead.renew("scores", fence, 60)


def test_of_two_that_find_a_job_due_one_gets_it(database: ControlDatabase, clock: Clock) -> None:
    one, two = Jobs(database, clock), Jobs(database, clock)
    standing = two._standing("scores")
    assert one.take("scores", "one", 60) == 1
    two._standing = lambda _: standing  # as it stood a moment ago
    assert two.take("scores", "two", 60) is None


def test_the_clocks_of_the_runner_and_of_the_jobs_need_not_agree(
    database: ControlDatabase, clock: Clock, counted: Clock
) -> None:
    done: list[float] = []
    runner = JobRunner(
        Jobs(database, clock, counted), [Job("working", 1, 20, lambda _: done.append(clock.now))], Metrics(), "here"
    )
    clock.now += 86_400
    runner.round(clock)
    clock.now -= 86_400
    for _ in range(3):
        runner.round(clock)
        counted.now += 10
    assert done == [1_000.0 + 86_400, 1_000.0]


def test_how_a_run_went_is_written_down_and_counted(jobs: Jobs, clock: Clock) -> None:
    def fail(_: Hold) -> None:
        raise OSError("of the project alpha")

    done: list[int] = []
    metrics = Metrics()
    work = [
        Job("failing", least_rest_s=5, most_rest_s=60, do=fail),
        Job("working", least_rest_s=7, most_rest_s=60, do=lambda hold: done.append(hold.fence)),
    ]
    runner = JobRunner(jobs, work, metrics, "here")
    with pytest.raises(OSError, match="alpha"):
        runner.round(clock)
    failing, working = jobs.states()
    assert (failing.error, failing.failures, failing.succeeded_at, failing.next_at) == ("OSError", 1, None, 1_005.0)
    assert (working.error, working.failures, working.succeeded_at, working.next_at) == (None, 0, 1_000.0, 1_007.0)
    assert done == [1]
    runner.round(clock)  # nothing is due
    assert done == [1]
    counted = {
        (one.labels["job"], one.labels["outcome"]): one.value for one in next(iter(metrics.job_runs.collect())).samples
    }
    assert counted == {("failing", "failed"): 1, ("working", "succeeded"): 1}


def test_a_runner_that_is_stopped_begins_nothing(jobs: Jobs, clock: Clock) -> None:
    done: list[int] = []
    runner = JobRunner(jobs, [Job("working", 1, 1, lambda hold: done.append(hold.fence))], Metrics(), "here")
    runner.stop()
    runner.round(clock)
    assert (done, jobs.states()) == ([], [])


def test_what_is_due_waits_while_the_cores_are_taken_but_not_for_long(jobs: Jobs, clock: Clock) -> None:
    done: list[float] = []
    taken = [True]
    work = [Job("working", 1, 1, lambda _: done.append(clock.now))]
    runner = JobRunner(jobs, work, Metrics(), "here", lambda: taken[0])
    looks = [
        (0, True, False),
        (2, True, False),
        (PUT_OFF_S - 3, True, False),
        (1, True, True),  # it has waited long enough
        (PUT_OFF_S - 1, True, False),
        (1, True, True),
        (CALM_S - 1, False, False),
        (1, False, True),  # there has been room for some time
        (2, False, True),
        (PUT_OFF_S - 1, True, False),
        (CALM_S, False, True),
        (PUT_OFF_S, True, True),
    ]
    for later, are_taken, is_done in looks:
        clock.now += later
        taken[0] = are_taken
        runner.round(clock)
        assert (clock.now in done) is is_done, (clock.now, done)


def test_a_worker_that_has_room_does_what_waits_for_the_cores_of_another(jobs: Jobs, clock: Clock) -> None:
    done: list[str] = []
    for holder, taken in (("busy", True), ("idle", False)):
        work = [Job("working", 60, 60, lambda _, holder=holder: done.append(holder))]
        JobRunner(jobs, work, Metrics(), holder, lambda taken=taken: taken).round(clock)
    assert done == ["idle"]


def test_what_a_job_uses_itself_puts_off_no_job(jobs: Jobs, clock: Clock) -> None:
    used = [0.0]
    done: list[float] = []

    def work(_: Hold) -> None:
        clock.now += 45
        used[0] += 45
        done.append(clock.now)

    cores = Cores(lambda: used[0], lambda: clock.now, 1)
    runner = JobRunner(jobs, [Job("working", 1, 1, work)], Metrics(), "here", cores.are_taken)
    for _ in range(2):
        clock.now += CALM_S
        runner.round(clock)
    assert len(done) == 2


def test_each_kind_of_jobs_waits_while_the_process_uses_its_cores(jobs: Jobs, clock: Clock) -> None:
    done: list[str] = []
    kinds = {kind: [Job(kind, 60, 60, lambda _, kind=kind: done.append(kind))] for kind in ("jobs", "upkeep")}
    used = [0.0]

    def cores() -> Cores:
        return Cores(lambda: used[0], lambda: clock.now, 1)

    room = JobRoom(jobs, kinds, metrics=Metrics(), clock=clock, worker="here", stop_asking=lambda _: None, cores=cores)

    async def look() -> None:
        clock.now += CALM_S
        for chore in room.chores():
            await chore.do()

    used[0] += CALM_S
    asyncio.run(look())
    assert done == []
    asyncio.run(look())
    assert done == ["jobs", "upkeep"]


def test_a_job_that_is_asked_for_does_not_rest(jobs: Jobs, clock: Clock) -> None:
    """Neither when it rests, nor when it is under way: what asks for it may have come too late for that run."""
    jobs.hasten("reconciliation")  # which nobody ever did: it is due anyhow
    for _ in range(2):
        clock.now += 1
        fence = jobs.take("reconciliation", "one", 60)
        assert fence
        clock.now += 1
        jobs.hasten("reconciliation")
        assert jobs.take("reconciliation", "two", 60) is None
        jobs.end("reconciliation", fence, next_at=clock.now + 86_400, duration_s=1, error=None)
    clock.now += 1
    fence = jobs.take("reconciliation", "two", 60)
    assert fence
    jobs.end("reconciliation", fence, next_at=clock.now + 86_400, duration_s=1, error=None)
    assert jobs.take("reconciliation", "one", 60) is None
    jobs.hasten("reconciliation")
    assert jobs.take("reconciliation", "one", 60)


def test_a_job_that_failed_does_not_wait_for_its_next_day(jobs: Jobs, clock: Clock) -> None:
    def fail(_: Hold) -> None:
        raise OSError

    runner = JobRunner(jobs, [Job("daily", 86_400, 86_400, fail)], Metrics(), "here")
    with pytest.raises(OSError):
        runner.round(clock)
    assert jobs.states()[0].next_at == clock.now + RETRY_S


@pytest.mark.parametrize(("is_behind", "rest"), [(True, 30), (False, 600), (None, 600)])
def test_a_job_that_left_something_to_do_rests_no_longer_than_it_took(
    jobs: Jobs, clock: Clock, monkeypatch: pytest.MonkeyPatch, *, is_behind: bool | None, rest: float
) -> None:
    began = clock.now

    def work(_: Hold) -> bool | None:
        clock.now += 30
        return is_behind

    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=clock))
    JobRunner(jobs, [Job("working", 60, 3_600, work)], Metrics(), "here").round(clock)
    assert jobs.states()[0].next_at == began + 30 + rest


def test_a_worker_that_starts_anew_takes_what_its_earlier_process_died_over(jobs: Jobs, clock: Clock) -> None:
    done: list[str] = []

    def die(_: Hold) -> None:
        raise KeyboardInterrupt

    for holder, name in (("here", "mine"), ("there", "another's")):
        with pytest.raises(KeyboardInterrupt):
            JobRunner(jobs, [Job(name, 60, 60, die)], Metrics(), holder).round(clock)
    work = [Job(name, 60, 60, lambda _, name=name: done.append(name)) for name in ("mine", "another's")]
    JobRunner(jobs, work, Metrics(), "here").round(clock)
    assert done == ["mine"]


def test_a_job_that_is_under_way_when_the_server_stops_ends_at_its_next_renewal(jobs: Jobs, clock: Clock) -> None:
    done: list[int] = []

    def work(hold: Hold) -> None:
        for day in range(9):
            done.append(day)
            runner.stop()
            hold.renew()

    runner = JobRunner(jobs, [Job("daily", 86_400, 86_400, work)], Metrics(), "here")
    with pytest.raises(JobCutShortError):
        runner.round(clock)
    assert done == [0]
    assert jobs.states()[0].next_at == clock.now + RETRY_S, "the rest is left to the next run"
