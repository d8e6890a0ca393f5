"""Tracks: the list, and all about one."""

from typing import cast

from litestar import Response, get

from audioscape_server.api import parameters
from audioscape_server.api.parameters import AssetPath, From, Limit, Offset, Order, Sort, To, Universe
from audioscape_server.api.queries import Page
from audioscape_server.api.requests import AnyRequest, ask, documented, services_of
from audioscape_server.api.responses import MEASURES, Second, TrackDetail, TrackRow, Tracks


@get("/analytics/v1/tracks", summary="Tracks", responses=documented(Tracks))
async def tracks(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    universe: Universe = None,
    sort: Sort = "plays",
    order: Order = "desc",
    limit: Limit = "50",
    offset: Offset = "0",
) -> Response[bytes]:
    """The assets with an event in the period, sorted by a measure. CSV: the tracks."""
    services = services_of(request)
    period = services.period(since, until)
    in_universe = parameters.identifier("universe", universe)
    page = Page(
        parameters.choice("sort", sort, MEASURES),
        parameters.choice("order", order, ("asc", "desc")) == "desc",
        parameters.whole_number("limit", limit, 1, 1000),
        parameters.whole_number("offset", offset, 0, 1_000_000_000),
    )
    return await ask(
        request,
        lambda: services.queries.tracks(request.user.project, period, in_universe, page),
        lambda answer: answer.tracks,
        TrackRow,
    )


@get("/analytics/v1/tracks/{asset_id:str}", summary="One track", responses=documented(TrackDetail, 404))
async def track(
    request: AnyRequest, asset_id: AssetPath, since: From = None, until: To = None, universe: Universe = None
) -> Response[bytes]:
    """All about one asset, by day and by second of listening. CSV: the listening curve."""
    services = services_of(request)
    asset = cast("int", parameters.identifier("asset_id", asset_id))
    period = services.period(since, until)
    parameters.check_length(period, "day")
    in_universe = parameters.identifier("universe", universe)
    return await ask(
        request,
        lambda: services.queries.track(request.user.project, asset, period, in_universe),
        lambda answer: answer.listening,
        Second,
    )
