"""Groups of tracks: artists, albums, genres. What they are, and why there are three lists, says `api.groups`."""

from typing import cast

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from audioscape_server.api import parameters
from audioscape_server.api.filters import Filtered
from audioscape_server.api.groups import ALBUMS, ARTISTS, GENRES, Grouping
from audioscape_server.api.parameters import From, Limit, Offset, Order, Sort, To, Zone
from audioscape_server.api.requests import AnyRequest, ask, documented, paged, services_of


def _list_of(grouping: Grouping) -> HTTPRouteHandler:
    """The three differ in their rows only."""

    @get(
        f"/analytics/v1/{grouping.plural}",
        summary=grouping.plural.capitalize(),
        description=f"The tracks with an event in the period, put together by {grouping.names[0]} and sorted by a "
        f"measure. Those without one are one row. CSV: the {grouping.plural}.",
        responses=documented(grouping.answer),
    )
    async def handler(
        request: AnyRequest,
        *,
        since: From = None,
        until: To = None,
        zone: Zone = "UTC",
        filters: Filtered,
        sort: Sort = "plays",
        order: Order = "desc",
        limit: Limit = "50",
        offset: Offset = "0",
    ) -> Response[bytes]:
        services = services_of(request)
        period = services.period(since, until, zone)
        page = parameters.page(sort, order, limit, offset)

        def rows(answer: msgspec.Struct) -> list[msgspec.Struct]:
            return cast("list[msgspec.Struct]", getattr(answer, grouping.plural))

        return await ask(
            request,
            lambda queries: queries.groups(request.user.project, grouping, period, filters, page),
            paged(grouping.plural, grouping.row, rows, period, page.offset),
        )

    return handler


artists, albums, genres = _list_of(ARTISTS), _list_of(ALBUMS), _list_of(GENRES)
