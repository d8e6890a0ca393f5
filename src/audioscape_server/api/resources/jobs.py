"""Jobs: the work that comes round in the server, and how it went last."""

from litestar import Response, get

from audioscape_server.api.dependencies import JobState
from audioscape_server.api.periods import rfc3339
from audioscape_server.api.requests import AnyRequest, ask, documented, listed, services_of
from audioscape_server.api.responses import Job, Jobs


@get("/analytics/v1/jobs", summary="Jobs", responses=documented(Jobs))
async def jobs(request: AnyRequest) -> Response[bytes]:
    """The work that comes round for all projects, and how it went last. CSV: the jobs."""
    states = services_of(request).jobs
    return await ask(
        request,
        lambda _: Jobs([_shown(state) for state in states()]),
        listed("jobs", Job, lambda answer: answer.jobs),
    )


def _shown(state: JobState) -> Job:
    return Job(
        name=state.name,
        runs=state.runs,
        failures=state.failures,
        started_at=_written(state.started_at),
        ended_at=_written(state.ended_at),
        succeeded_at=_written(state.succeeded_at),
        next_at=rfc3339(state.next_at),
        duration_seconds=state.duration_s,
        error=state.error,
    )


def _written(at: float | None) -> str | None:
    return None if at is None else rfc3339(at)
