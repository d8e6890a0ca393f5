"""The audience: who is there, how often and how long, and who comes back."""

from dataclasses import replace
from typing import Annotated, cast

from litestar import Response, get
from litestar.params import QueryParameter

from audioscape_server.api import audience, parameters
from audioscape_server.api.audience import COHORTS, MAX_DAYS, MONTH_DAYS, Bounds
from audioscape_server.api.audience_responses import Audience, AudienceDay, CohortRow, Cohorts, Sessions, SessionsDay
from audioscape_server.api.filters import Filtered
from audioscape_server.api.parameters import From, To, WeekStart, Zone
from audioscape_server.api.periods import DAY_S, Period
from audioscape_server.api.refusals import refuse
from audioscape_server.api.requests import AnyRequest, ask, documented, listed, services_of
from audioscape_server.api.zones import Unit

_DAYS = {"type": "integer", "minimum": 2, "maximum": MONTH_DAYS}
Moderate = Annotated[
    str, QueryParameter(schema_extra=_DAYS, description="From how many active days of 28 on a player is moderate.")
]
Super = Annotated[
    str,
    QueryParameter(
        name="super", schema_extra=_DAYS, description="From how many on a player is super; more than `moderate`."
    ),
]
CohortBy = Annotated[
    str,
    QueryParameter(
        name="by",
        schema_extra={"type": "string", "enum": list(COHORTS)},
        description="Cohorts of the last 12 weeks and who came back in each week since, or of the last 91 days and who "
        "came back on day 1, 7 and 30.",
    ),
]
Heard = Annotated[
    str,
    QueryParameter(
        schema_extra={"type": "string", "enum": ["anything", "completed"]},
        description="What coming back means: a `play`, `stop` or `skip`; or a track that was completed.",
    ),
]


@get("/analytics/v1/audience", summary="Audience", responses=documented(Audience))
async def players(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
    moderate: Moderate = "3",
    super_: Super = "10",
) -> Response[bytes]:
    """The players of each day, new and returning, and on how many days they are active. CSV: the days.

    The period begins with the start of the day in which `from` is; it may have 400 days.
    """
    period = _whole_days(services_of(request).period(since, until, zone))
    bounds = Bounds(
        parameters.whole_number("moderate", moderate, 2, MONTH_DAYS),
        parameters.whole_number("super", super_, 2, MONTH_DAYS),
    )
    if bounds.super <= bounds.moderate:
        refuse("super", super_, f"more than moderate, which is {bounds.moderate}")
    project = request.user.project
    return await ask(
        request,
        lambda queries: audience.audience(queries.ask, project, period, filters, bounds),
        listed("audience", AudienceDay, lambda answer: answer.days),
    )


@get("/analytics/v1/audience/sessions", summary="Sessions", responses=documented(Sessions))
async def sessions(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
) -> Response[bytes]:
    """The sessions of each day, how much players listen, and how many events carry no player. CSV: the days.

    The period is that of the audience.
    """
    period = _whole_days(services_of(request).period(since, until, zone))
    project = request.user.project
    return await ask(
        request,
        lambda queries: audience.sessions(queries.ask, project, period, filters),
        listed("sessions", SessionsDay, lambda answer: answer.days),
    )


@get("/analytics/v1/audience/cohorts", summary="Cohorts", responses=documented(Cohorts))
async def cohorts(
    request: AnyRequest,
    *,
    by: CohortBy = "week",
    heard: Heard = "anything",
    until: To = None,
    zone: Zone = "UTC",
    week_start: WeekStart = "monday",
    filters: Filtered,
) -> Response[bytes]:
    """How many of those who were new come back, by week or by day. CSV: one row for each cohort and time."""
    unit = cast("Unit", parameters.choice("by", by, COHORTS))
    is_completed = parameters.choice("heard", heard, ("anything", "completed")) == "completed"
    period = services_of(request).period(None, until, zone, week_start)
    project = request.user.project
    return await ask(
        request,
        lambda queries: audience.cohorts(queries.ask, project, period, unit, filters, completed_only=is_completed),
        listed("cohorts", CohortRow, audience.rows),
    )


def _whole_days(asked: Period) -> Period:
    """The period from the start of its first day on.

    Raises:
        InvalidRequestError: it is too long.
    """
    period = replace(asked, since=float(max(0, asked.buckets("day")[0])))
    if len(period.buckets("day")) > MAX_DAYS:
        refuse("from", f"{(period.until - period.since) / DAY_S:,.1f} days", f"at most {MAX_DAYS} days before to")
    return period
