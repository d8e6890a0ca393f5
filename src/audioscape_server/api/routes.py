"""The routes: what each asks for, and in which form it answers."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

import msgspec
from litestar import MediaType, Request, Response, Router, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from audioscape_server.api import parameters
from audioscape_server.api.answers import (
    MEASURES,
    Bucket,
    Event,
    Events,
    Experience,
    Experiences,
    Health,
    IngestStatus,
    Overview,
    Problem,
    RejectedReason,
    SearchQueries,
    SearchQuery,
    Second,
    TrackDetail,
    TrackRow,
    Tracks,
)
from audioscape_server.api.parameters import (
    After,
    Asset,
    AssetPath,
    From,
    Interval,
    Limit,
    Offset,
    Order,
    Place,
    Player,
    Sort,
    To,
    Type,
    Universe,
)
from audioscape_server.api.problems import STANDING
from audioscape_server.api.questions import EventFilter, Page, Questions
from audioscape_server.api.render import respond
from audioscape_server.api.seams import IngestReport, Readiness
from audioscape_server.api.threads import Threads
from audioscape_server.errors import ForbiddenError, InvalidRequestError
from audioscape_server.gate import Gate
from audioscape_server.keys import Credential, Scope

_AnyRequest = Request[Any, Credential, Any]


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers use."""

    questions: Questions
    threads: Threads
    gate: Gate
    ingest_report: IngestReport
    readiness: Readiness
    registry: CollectorRegistry
    clock: Callable[[], float]

    def period(self, since: str | None, until: str | None) -> parameters.Period:
        """Read `from` and `to`."""
        return parameters.period(since, until, self.clock())


def services_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Services:
    """Return what `create_api` was given."""
    return cast("Services", connection.app.state.services)


async def require_read(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let in who holds a key with the scope `read`. The key alone says which project is asked for."""
    keys = [value for name, value in connection.scope["headers"] if name.lower() == b"x-api-key"]
    gate, client = services_of(connection).gate, connection.client
    credential = await gate.identify(keys, client.host if client else None)
    connection.scope["state"][STANDING] = gate.take_turn(credential)
    if Scope.READ not in credential.scopes:
        raise ForbiddenError('This key lacks the scope "read"; make one with: audioscape keys create --scope read')
    connection.scope["user"] = credential


def refuse_unknown_parameters(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A misspelt parameter must not pass for an answer about everything."""
    known = _query_names(handler)
    for name in connection.query_params:
        if name not in known:
            parameters.refuse_unknown(name, known)
        if len(connection.query_params.getall(name)) > 1:
            raise InvalidRequestError(f"{name}: expected once, found {len(connection.query_params.getall(name))} times")


@cache
def _query_names(handler: BaseRouteHandler) -> tuple[str, ...]:
    declared = ((name, field.kwarg_definition) for name, field in handler.parsed_fn_signature.parameters.items())
    return tuple(kwarg.name or name for name, kwarg in declared if isinstance(kwarg, QueryParameter))


def _responses(answer: type, *more: int) -> dict[int, ResponseSpec]:
    texts = {
        400: "A parameter is wrong; the text names it.",
        401: "The key is missing, unknown or revoked.",
        403: "The key lacks the scope `read`.",
        429: "The key is over its rate, or the address has sent too many invalid keys; see Retry-After.",
        404: "The asset is unknown.",
        503: "The warehouse or the key store is away; see Retry-After.",
    }
    problems = {
        code: ResponseSpec(Problem, description=texts[code], generate_examples=False)
        for code in (400, 401, 403, *more, 429, 503)
    }
    return {200: ResponseSpec(answer, description=(answer.__doc__ or "").strip(), generate_examples=False), **problems}


async def _ask(
    request: _AnyRequest,
    question: Callable[[], msgspec.Struct],
    rows: Callable[[Any], Sequence[msgspec.Struct]],
    row_type: type[msgspec.Struct],
) -> Response[bytes]:
    """Ask in a thread, and write the answer there too: a thousand rows of JSON and their hash take milliseconds."""

    def answer() -> Response[bytes]:
        found = question()
        return respond(request, found, rows(found), _columns(row_type))

    return await services_of(request).threads.run(answer)


def _columns(row_type: type[msgspec.Struct]) -> tuple[str, ...]:
    """Put what a row is about before its measures, which it inherits and so would come first."""
    names = row_type.__struct_fields__
    own = tuple(name for name in names if name not in MEASURES)
    return own + tuple(name for name in names if name not in own)


@get("/analytics/v1/overview", summary="Overview", responses=_responses(Overview))
async def overview(
    request: _AnyRequest,
    *,
    since: From = None,
    until: To = None,
    interval: Interval = "day",
    universe: Universe = None,
    place: Place = None,
) -> Response[bytes]:
    """The measures of a period, of the period before, and of each hour or day. CSV: the series."""
    services = services_of(request)
    period = services.period(since, until)
    unit = cast("Literal['hour', 'day']", parameters.choice("interval", interval, ("hour", "day")))
    parameters.check_length(period, unit)
    in_universe, in_place = parameters.identifier("universe", universe), parameters.identifier("place", place)
    return await _ask(
        request,
        lambda: services.questions.overview(request.user.project, period, unit, in_universe, in_place),
        lambda answer: answer.series,
        Bucket,
    )


@get("/analytics/v1/tracks", summary="Tracks", responses=_responses(Tracks))
async def tracks(
    request: _AnyRequest,
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
    return await _ask(
        request,
        lambda: services.questions.tracks(request.user.project, period, in_universe, page),
        lambda answer: answer.tracks,
        TrackRow,
    )


@get("/analytics/v1/tracks/{asset_id:str}", summary="One track", responses=_responses(TrackDetail, 404))
async def track(
    request: _AnyRequest, asset_id: AssetPath, since: From = None, until: To = None, universe: Universe = None
) -> Response[bytes]:
    """All about one asset, by day and by second of listening. CSV: the listening curve."""
    services = services_of(request)
    asset = cast("int", parameters.identifier("asset_id", asset_id))
    period = services.period(since, until)
    parameters.check_length(period, "day")
    in_universe = parameters.identifier("universe", universe)
    return await _ask(
        request,
        lambda: services.questions.track(request.user.project, asset, period, in_universe),
        lambda answer: answer.listening,
        Second,
    )


@get("/analytics/v1/search/queries", summary="Searches", responses=_responses(SearchQueries))
async def search_queries(
    request: _AnyRequest, since: From = None, until: To = None, limit: Limit = "50"
) -> Response[bytes]:
    """The searches that led to the most clicks; spellings that differ in case, width and spacing count as one."""
    services = services_of(request)
    period = services.period(since, until)
    most = parameters.whole_number("limit", limit, 1, 1000)
    return await _ask(
        request,
        lambda: services.questions.search_queries(request.user.project, period, most),
        lambda answer: answer.queries,
        SearchQuery,
    )


@get("/analytics/v1/experiences", summary="Experiences", responses=_responses(Experiences))
async def experiences(request: _AnyRequest, since: From = None, until: To = None) -> Response[bytes]:
    """The measures of each place of each universe, most plays first."""
    services = services_of(request)
    period = services.period(since, until)
    return await _ask(
        request,
        lambda: services.questions.experiences(request.user.project, period),
        lambda answer: answer.experiences,
        Experience,
    )


@get("/analytics/v1/events", summary="Events", responses=_responses(Events))
async def events(
    request: _AnyRequest,
    *,
    type_: Type = None,
    asset_id: Asset = None,
    player_id: Player = None,
    since: From = None,
    until: To = None,
    limit: Limit = "100",
    cursor: After = None,
) -> Response[bytes]:
    """Events as they were sent, newest first; what an event did not carry is absent."""
    services = services_of(request)
    period = services.period(since, until)
    wanted = EventFilter(
        parameters.short_text("type", type_, 128),
        parameters.identifier("asset_id", asset_id),
        parameters.short_text("player_id", player_id, 256),
    )
    most = parameters.whole_number("limit", limit, 1, 1000)
    after = parameters.cursor(cursor)
    return await _ask(
        request,
        lambda: services.questions.events(request.user.project, period, wanted, most, after),
        lambda answer: answer.events,
        Event,
    )


@get("/analytics/v1/ingest", summary="Ingest status", responses=_responses(IngestStatus))
async def ingest(request: _AnyRequest) -> Response[bytes]:
    """Where the project's events are, and what was refused of late. CSV: the reasons."""
    services = services_of(request)

    def status() -> IngestStatus:
        return msgspec.convert(services.ingest_report(request.user.project), IngestStatus, from_attributes=True)

    return await _ask(request, status, lambda answer: answer.rejected, RejectedReason)


@get("/healthz", summary="Alive", responses={200: ResponseSpec(Health, description="The process answers.")})
async def healthz() -> Response[bytes]:
    """Whether the process answers at all. No key is needed."""
    return Response(msgspec.json.encode(Health("ok")), media_type="application/json")


@get(
    "/readyz",
    summary="Ready",
    responses={
        200: ResponseSpec(dict[str, Any], description="The server can do its work.", generate_examples=False),
        503: ResponseSpec(dict[str, Any], description="It can not; the answer says why.", generate_examples=False),
    },
)
async def readyz(request: _AnyRequest) -> Response[bytes]:
    """Whether the server can do its work, and what that rests on. No key is needed."""
    # Not in the threads of the questions: that these are slow does not make the server unready.
    ready, details = await asyncio.to_thread(services_of(request).readiness)
    return Response(msgspec.json.encode(details), status_code=200 if ready else 503, media_type="application/json")


@get(
    "/metrics",
    summary="Metrics",
    responses={200: ResponseSpec(str, description="Prometheus text format.", media_type=MediaType.TEXT)},
)
async def metrics(request: _AnyRequest) -> Response[bytes]:
    """Metrics for Prometheus. No key is needed."""
    return Response(generate_latest(services_of(request).registry), media_type=CONTENT_TYPE_LATEST)


#: What needs a key, and what does not.
READ_ROUTES = Router(
    "/",
    route_handlers=[overview, tracks, track, search_queries, experiences, events, ingest],
    guards=[require_read, refuse_unknown_parameters],
    security=[{"key": []}],
)
OPEN_ROUTES = Router("/", route_handlers=[healthz, readyz, metrics])
