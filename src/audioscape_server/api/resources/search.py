"""Searches, by the clicks they led to."""

from litestar import Response, get

from audioscape_server.api import parameters
from audioscape_server.api.parameters import Assets, From, Key, Limit, Offset, Place, To, Universe
from audioscape_server.api.requests import AnyRequest, ask, documented, paged, services_of
from audioscape_server.api.responses import SearchQueries, SearchQuery


@get("/analytics/v1/search/queries", summary="Searches", responses=documented(SearchQueries))
async def search_queries(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    universe: Universe = None,
    place: Place = None,
    asset: Assets = None,
    key: Key = None,
    limit: Limit = "50",
    offset: Offset = "0",
) -> Response[bytes]:
    """The searches that led to the most clicks; spellings that differ in case, width and white space count as one."""
    services = services_of(request)
    period = services.period(since, until)
    filters = parameters.filters(universe, place, asset, key)
    most, skipped = parameters.limit(limit), parameters.offset(offset)
    return await ask(
        request,
        lambda queries: queries.search_queries(request.user.project, period, filters, most, skipped),
        paged("searches", SearchQuery, lambda answer: answer.queries, period, skipped),
    )
