"""The overview: one period, an earlier one that it is compared with, and the buckets of both."""

from litestar import Response, get

from audioscape_server.api import parameters
from audioscape_server.api.filters import Filtered
from audioscape_server.api.parameters import (
    Compare,
    Exact,
    From,
    Interval,
    Previous,
    PreviousSeries,
    To,
    WeekStart,
    Zone,
)
from audioscape_server.api.requests import AnyRequest, ask, documented, listed, services_of
from audioscape_server.api.responses import Bucket, Overview
from audioscape_server.api.timeline import Timeline


@get("/analytics/v1/overview", summary="Overview", responses=documented(Overview))
async def overview(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    interval: Interval = "day",
    week_start: WeekStart = "monday",
    filters: Filtered,
    exact: Exact = "false",
    compare: Compare = "previous",
    previous: Previous = "true",
    previous_series: PreviousSeries = "false",
) -> Response[bytes]:
    """The measures of a period, of an earlier one, and of each hour, day, week or month. CSV: the series."""
    services = services_of(request)
    period = services.period(since, until, zone, week_start)
    unit = parameters.interval(interval, period)
    count_all = parameters.yes_or_no("exact", exact)
    comparison = parameters.comparison(compare)
    with_buckets = parameters.yes_or_no("previous_series", previous_series)
    timeline = Timeline.of(period, unit)
    if parameters.yes_or_no("previous", previous):
        timeline = timeline.beside(comparison, services.clock(), with_buckets=with_buckets)
    return await ask(
        request,
        lambda queries: queries.overview(request.user.project, timeline, filters, exact=count_all),
        listed("overview", Bucket, lambda answer: answer.series),
    )
