"""What comes in now."""

from litestar import Response, get

from audioscape_server.api.live import Live, LiveMinute
from audioscape_server.api.requests import AnyRequest, ask, documented, listed, services_of


@get("/analytics/v1/live", summary="Live", responses=documented(Live))
async def live(request: AnyRequest) -> Response[bytes]:
    """The events of the last 60 minutes as they came in, and what was refused. CSV: the minutes."""
    services = services_of(request)
    return await ask(
        request,
        lambda queries: queries.live(request.user.project, services.live_report, services.clock()),
        listed("live", LiveMinute, lambda answer: answer.minutes),
    )
