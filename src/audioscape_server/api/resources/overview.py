"""The overview: one period, the one before it, and its buckets."""

from litestar import Response, get

from audioscape_server.api import parameters
from audioscape_server.api.filters import Filtered
from audioscape_server.api.parameters import Exact, From, Interval, Previous, PreviousSeries, To, WeekStart, Zone
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
    previous: Previous = "true",
    previous_series: PreviousSeries = "false",
) -> Response[bytes]:
    """The measures of a period, of the period before, and of each hour, day, week or month. CSV: the series."""
    services = services_of(request)
    period = services.period(since, until, zone, week_start)
    unit = parameters.interval(interval, period)
    count_all = parameters.yes_or_no("exact", exact)
    with_before = parameters.yes_or_no("previous_series", previous_series)
    timeline = Timeline.of(period, unit, with_before=with_before, alone=not parameters.yes_or_no("previous", previous))
    return await ask(
        request,
        lambda queries: queries.overview(request.user.project, timeline, filters, exact=count_all),
        listed("overview", Bucket, lambda answer: answer.series),
    )
