"""Searches, by the clicks they led to."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter

from audioscape_server.api import parameters, search_ranking
from audioscape_server.api.clicked_ranks import ClickedRank, ClickedRanks
from audioscape_server.api.filters import Filtered, Filters
from audioscape_server.api.made_searches import MadeSearch, MadeSearches, made_searches
from audioscape_server.api.outcomes import Outcome, Outcomes
from audioscape_server.api.parameters import From, Limit, Offset, QuerySearch, To, Zone
from audioscape_server.api.refusals import refuse
from audioscape_server.api.render import CSV, JSON, PARQUET, Rows, parquet, respond
from audioscape_server.api.requests import AnyRequest, answered, ask, body_of, documented, listed, paged, services_of
from audioscape_server.api.responses import SearchQueries, SearchQuery
from audioscape_server.api.search_responses import (
    MAX_BODY_BYTES,
    RankedCandidates,
    SearchExplained,
    SearchSignal,
    SearchSignals,
)
from audioscape_server.api.search_signals import MOST_QUERIES
from audioscape_server.api.searches import WantedSearches
from audioscape_server.scores.ranker import Ranker


@get("/analytics/v1/search/queries", summary="Searches", responses=documented(SearchQueries))
async def search_queries(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
    search: QuerySearch = None,
    limit: Limit = "50",
    offset: Offset = "0",
) -> Response[bytes]:
    """The searches that led to the most clicks; spellings that differ in case, width and white space count as one."""
    wanted = _wanted(request, (since, until, zone), filters, search, (limit, offset))
    return await ask(
        request,
        lambda queries: queries.searches(request.user.project, wanted),
        paged("searches", SearchQuery, lambda answer: answer.queries, wanted.period, wanted.offset),
    )


@get("/analytics/v1/search/outcomes", summary="Outcomes of searches", responses=documented(Outcomes))
async def outcomes(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
    search: QuerySearch = None,
    limit: Limit = "50",
    offset: Offset = "0",
) -> Response[bytes]:
    """Whether players played what they clicked, and went on listening; for the same page of the searches."""
    wanted = _wanted(request, (since, until, zone), filters, search, (limit, offset))
    return await ask(
        request,
        lambda queries: queries.outcomes(request.user.project, wanted),
        paged("search-outcomes", Outcome, lambda answer: answer.queries, wanted.period, wanted.offset),
    )


Vain = Annotated[
    str,
    QueryParameter(
        name="without_results",
        schema_extra={"type": "string", "enum": ["true", "false"]},
        description="Only searches that found nothing at some time, those first that did so most often.",
    ),
]


@get("/analytics/v1/search/made", summary="Searches made", responses=documented(MadeSearches))
async def made(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
    search: QuerySearch = None,
    vain: Vain = "false",
    limit: Limit = "50",
    offset: Offset = "0",
) -> Response[bytes]:
    """The searches that were made, clicked or not; as far as custom events of the type `search` tell of them."""
    wanted = _wanted(request, (since, until, zone), filters, search, (limit, offset))
    only_vain = parameters.yes_or_no("without_results", vain)
    return await ask(
        request,
        lambda queries: made_searches(queries.ask, request.user.project, wanted, only_vain=only_vain),
        paged("searches-made", MadeSearch, lambda answer: answer.queries, wanted.period, wanted.offset),
    )


def _wanted(
    request: AnyRequest,
    when: tuple[str | None, str | None, str],
    filters: Filters,
    search: str | None,
    part: tuple[str, str],
) -> WantedSearches:
    """What a page of the searches was asked for by; `when` is since, until and zone, `part` is limit and offset."""
    return WantedSearches(
        services_of(request).period(*when),
        filters,
        parameters.limit(part[0]),
        parameters.offset(part[1]),
        parameters.short_text("search", search, parameters.MAX_SEARCH) or "",
    )


@get("/analytics/v1/search/ranks", summary="Ranks of clicks", responses=documented(ClickedRanks))
async def ranks(
    request: AnyRequest, *, since: From = None, until: To = None, zone: Zone = "UTC", filters: Filtered
) -> Response[bytes]:
    """At which ranks results of searches were clicked. CSV: the ranks."""
    period = services_of(request).period(since, until, zone)
    return await ask(
        request,
        lambda queries: queries.clicked_ranks(request.user.project, period, filters),
        listed("ranks", ClickedRank, lambda answer: answer.ranks),
    )


After = Annotated[
    str,
    QueryParameter(
        schema_extra={"type": "string"},
        description="Only queries after this one; `next_after` of an earlier answer leads on.",
    ),
]
Queries = Annotated[
    str,
    QueryParameter(
        schema_extra={"type": "integer", "minimum": 1, "maximum": MOST_QUERIES},
        description="How many queries at most; each comes with all of its assets, the 500 most relevant ones.",
    ),
]


@get("/analytics/v1/search/signals", summary="Judgments of searches", responses=documented(SearchSignals))
async def signals(request: AnyRequest, *, after: After = "", limit: Queries = "50") -> Response[bytes]:
    """What clicks say of each asset for each query, for training a search engine offline.

    Only queries for which 5 players or more clicked something. CSV: the judgments; so is Parquet, which is answered to
    `Accept: application/vnd.apache.parquet`.
    """
    project = request.user.project
    most = parameters.whole_number("limit", limit, 1, MOST_QUERIES)
    if request.accept.best_match([JSON, CSV, PARQUET], JSON) == PARQUET:
        body, next_after = await answered(request, lambda queries: queries.signals_as_parquet(project, after, most))
        return parquet(request, body, "signals", {} if next_after is None else {"after": next_after})
    rows = Rows(
        "signals",
        lambda answer: answer.signals,
        SearchSignal.__struct_fields__,
        following=lambda answer: {} if answer.next_after is None else {"after": answer.next_after},
    )
    return await ask(request, lambda queries: queries.signals(project, after, most), rows)


Query = Annotated[
    str,
    QueryParameter(
        name="query",
        schema_extra={"type": "string", "minLength": 1, "examples": ["lofi beats"]},
        description="What was searched, as it was typed; the first 256 characters count.",
    ),
]


@get("/analytics/v1/search/explain", summary="Explain a search", responses=documented(SearchExplained))
async def explain(request: AnyRequest, *, searched: Query) -> Response[bytes]:
    """Why the results of a search are ranked as they are. CSV: the assets, without their evidence."""
    project = request.user.project
    if not searched:
        refuse("query", searched, "at least 1 character")
    rows = Rows("results", lambda answer: answer.results, ("asset_id", "rank", "base_rank", "score"))

    def answer(ranker: Ranker) -> Response[bytes]:
        return respond(request, search_ranking.explained(searched, ranker.explain(project, searched)), rows)

    return await services_of(request).ranking(answer)


@post(
    "/analytics/v1/search/rank",
    status_code=200,
    summary="Rank candidates",
    responses=documented(RankedCandidates, 413),
    request_max_body_size=MAX_BODY_BYTES,
)
async def rank(request: AnyRequest) -> Response[bytes]:
    """Put the results of a search engine in the order that clicks speak for, never far from the engine's own.

    A query that nobody clicked comes back as it was sent. `evidence` tells what each place follows from.
    """
    query, candidates = search_ranking.wanted(await body_of(request))
    project = request.user.project

    def answer(ranker: Ranker) -> bytes:
        return msgspec.json.encode(search_ranking.shown(query, ranker.rank(project, query, candidates)))

    # Not compressed, and without an ETag: a search waits for it.
    return Response(await services_of(request).ranking(answer), media_type="application/json")
