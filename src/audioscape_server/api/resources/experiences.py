"""Experiences: universes and their places."""

from litestar import Response, get

from audioscape_server.api import parameters
from audioscape_server.api.filters import Filtered
from audioscape_server.api.parameters import (
    By,
    From,
    Interval,
    LastEvent,
    Limit,
    ListCompare,
    Offset,
    Order,
    PlaysSeries,
    Sort,
    To,
    WeekStart,
    Zone,
)
from audioscape_server.api.requests import AnyRequest, ask, documented, paged, services_of
from audioscape_server.api.responses import Experience, Experiences
from audioscape_server.api.timeline import Timeline
from audioscape_server.api.zones import UNITS


@get("/analytics/v1/experiences", summary="Experiences", responses=documented(Experiences))
async def experiences(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
    by: By = "place",
    last_event: LastEvent = "false",
    sort: Sort = "plays",
    order: Order = "desc",
    limit: Limit = "50",
    offset: Offset = "0",
    plays_series: PlaysSeries = "false",
    interval: Interval = "day",
    week_start: WeekStart = "monday",
    compare: ListCompare = None,
) -> Response[bytes]:
    """The measures of each place of each universe, or of each universe, sorted by one of them. CSV: the rows."""
    services = services_of(request)
    period = services.period(since, until, zone, week_start)
    page = parameters.page(sort, order, limit, offset)
    whole = parameters.choice("by", by, ("place", "universe")) == "universe"
    # It is of any time, and of all that was sent: more than those are shown who are shown a part.
    with_last = parameters.yes_or_no("last_event", last_event) and request.user.limit is None
    parameters.choice("interval", interval, UNITS)
    with_plays = parameters.yes_or_no("plays_series", plays_series)
    # Without a series a period may be of any length.
    drawn = Timeline.of(period, parameters.interval(interval, period)) if with_plays else None
    compared = services.compared(period, compare)
    return await ask(
        request,
        lambda queries: queries.experiences(
            request.user.project,
            period,
            filters,
            page,
            whole=whole,
            with_last=with_last,
            drawn=drawn,
            compared=compared,
        ),
        paged("experiences", Experience, lambda answer: answer.experiences, period, page.offset),
    )
