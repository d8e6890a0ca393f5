"""What comes in now."""

from litestar import Response, get

from audioscape_server.api.filters import Filtered
from audioscape_server.api.live import ActivePlayers, Live, LiveMinute, active_players
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


@get("/analytics/v1/live/players", summary="Active players", responses=documented(ActivePlayers))
async def players(request: AnyRequest, *, filters: Filtered) -> Response[bytes]:
    """How many players have sent an event in the last 5 minutes."""
    now = services_of(request).clock()
    return await ask(
        request,
        lambda queries: active_players(queries.ask, request.user.project, filters, now),
        listed("active-players", ActivePlayers, lambda answer: [answer]),
    )
