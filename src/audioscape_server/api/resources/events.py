"""Events as they were sent."""

from collections.abc import Mapping

from litestar import Response, get

from audioscape_server.api import parameters
from audioscape_server.api.event_pages import EventFilter
from audioscape_server.api.parameters import After, Asset, From, Limit, Player, To, Type, Zone
from audioscape_server.api.render import Rows
from audioscape_server.api.requests import AnyRequest, ask, documented, services_of
from audioscape_server.api.responses import Event, Events


@get("/analytics/v1/events", summary="Events", responses=documented(Events))
async def events(
    request: AnyRequest,
    *,
    type_: Type = None,
    asset_id: Asset = None,
    player_id: Player = None,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    limit: Limit = "100",
    cursor: After = None,
) -> Response[bytes]:
    """Events as they were sent, newest first; what an event did not carry is absent."""
    services = services_of(request)
    period = services.period(since, until, zone)
    wanted = EventFilter(
        parameters.short_text("type", type_, 128),
        parameters.identifier("asset_id", asset_id),
        parameters.short_text("player_id", player_id, 256),
    )
    most = parameters.limit(limit)
    after = parameters.cursor(cursor)
    return await ask(
        request,
        lambda queries: queries.events(request.user.project, period, wanted, most, after),
        Rows(
            "events",
            lambda answer: answer.events,
            Event.__struct_fields__,
            following=lambda answer: _cursor(answer, "cursor", period.pinned()),
            headers=lambda answer: _cursor(answer, "x-next-cursor"),
        ),
    )


def _cursor(answer: Events, name: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**(more or {}), name: answer.next_cursor} if answer.next_cursor else {}
