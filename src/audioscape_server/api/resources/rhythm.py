"""Hours of the week."""

from litestar import Response, get

from audioscape_server.api.filters import Filtered
from audioscape_server.api.parameters import From, To, Zone
from audioscape_server.api.periods import check_length
from audioscape_server.api.requests import AnyRequest, ask, documented, listed, services_of
from audioscape_server.api.rhythm import Rhythm, RhythmHour


@get("/analytics/v1/rhythm", summary="Hours of the week", responses=documented(Rhythm))
async def rhythm(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
) -> Response[bytes]:
    """Plays and listeners of each weekday and hour, on the clock of the zone. CSV: the hours."""
    period = services_of(request).period(since, until, zone)
    check_length(period, "day")
    return await ask(
        request,
        lambda queries: queries.rhythm(request.user.project, period, filters),
        listed("rhythm", RhythmHour, lambda answer: answer.hours),
    )
