"""What every resource shares: which parameters it knows, and how its answer is worked out and written."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar, cast

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from prometheus_client import CollectorRegistry

from audioscape_server.access.gate import Gate
from audioscape_server.access.key_desk import KeyDesk
from audioscape_server.access.keys import Credential
from audioscape_server.accounts.joining import Joining
from audioscape_server.accounts.sign_in import SignIn
from audioscape_server.api import parameters, periods, zones
from audioscape_server.api.dependencies import Answerer, Catalog, IngestReport, JobState, LiveReport, Ranking, Readiness
from audioscape_server.api.first_days import FirstDays
from audioscape_server.api.queries import Queries
from audioscape_server.api.refusals import refuse_unknown
from audioscape_server.api.render import Rows, respond
from audioscape_server.api.responses import MEASURES, ErrorBody
from audioscape_server.api.turns import Question, Turns
from audioscape_server.control import Links, Team
from audioscape_server.control.workspace import Workspace
from audioscape_server.errors import InvalidRequestError, ServiceUnavailableError
from audioscape_server.scores.parameters import Parameters

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
AnyRequest = Request[Credential, Any, Any]

#: Headers of what is for this browser, now.
PRIVATE: Final = {"cache-control": "no-store"}
#: Seconds in which a body has come.
_BODY_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers use."""

    warehouse: Answerer
    catalog: Catalog
    model_of: Callable[[str], Parameters]
    turns: Turns
    first_days: FirstDays
    gate: Gate
    ingest_report: IngestReport
    live_report: LiveReport
    jobs: Callable[[], Sequence[JobState]]
    ranking: Ranking
    readiness: Readiness
    registry: CollectorRegistry
    sign_in: SignIn
    joining: Joining
    workspace: Workspace
    links: Links
    team: Team
    key_desk: KeyDesk
    clock: Callable[[], float]

    def period(
        self, since: str | None, until: str | None, zone: str = "UTC", week_start: str = "monday"
    ) -> periods.Period:
        """Read `from` and `to`, by the calendar of `zone`."""
        return periods.period(since, until, self.clock(), zones.calendar(zone, week_start))

    def compared(self, period: periods.Period, compare: str | None) -> periods.Compared | None:
        """What the rows of a list are to be compared with, if that is asked."""
        return period.compared(self.clock(), parameters.comparison(compare)) if compare is not None else None


def services_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Services:
    """Return what `create_api` was given."""
    return cast("Services", connection.app.state.services)


def refuse_unknown_parameters(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Neither a misspelt parameter nor one that is given again must pass for an answer about something else."""
    known = query_parameters(handler)
    for name in connection.query_params:
        if name not in known:
            refuse_unknown(name, tuple(known))
        times, schema = len(connection.query_params.getall(name)), known[name].schema_extra or {}
        if times > 1 and schema.get("type") != "array":
            several = ", several values with commas" if "commas" in schema.get("title", "") else ""
            raise InvalidRequestError(f"{name}: expected once{several}, found {times} times")


@cache
def query_parameters(handler: BaseRouteHandler) -> dict[str, QueryParameter]:
    """The query parameters that a handler declares, itself or by what it depends on, by their names."""
    provided = handler.resolve_dependencies()
    kwargs = (
        (name, field.kwarg_definition)
        for given, own in handler.parsed_fn_signature.parameters.items()
        for name, field in (
            provided[given].parsed_fn_signature.parameters if given in provided else {given: own}
        ).items()
    )
    return {kwarg.name or name: kwarg for name, kwarg in kwargs if isinstance(kwarg, QueryParameter)}


def documented(answer: type, *more: int) -> dict[int, ResponseSpec]:
    """The statuses that a resource answers with, for its OpenAPI description."""
    texts = {
        400: "A parameter is wrong; the text names it.",
        401: "The key is missing, unknown or revoked, and nobody is signed in.",
        403: "The key lacks the scope `read`; or a session has no role in its project, or comes from another page.",
        429: "The key is over its rate, or the address has sent too many invalid keys; see Retry-After.",
        404: "The asset is unknown.",
        413: "The body is too large.",
        503: "The warehouse or the key store is away; see Retry-After.",
    }
    errors = {
        code: ResponseSpec(ErrorBody, description=texts[code], generate_examples=False)
        for code in (400, 401, 403, *more, 429, 503)
    }
    return {200: ResponseSpec(answer, description=(answer.__doc__ or "").strip(), generate_examples=False), **errors}


def listed(name: str, row_type: type[msgspec.Struct], of: Callable[[Any], Sequence[msgspec.Struct]]) -> Rows:
    """A list that is answered whole."""
    return Rows(name, of, _columns(row_type))


def paged(
    name: str,
    row_type: type[msgspec.Struct],
    of: Callable[[Any], Sequence[msgspec.Struct]],
    period: periods.Period,
    offset: int,
) -> Rows:
    """A list that is answered in pages, of which this one starts at `offset`."""

    def following(answer: Any) -> dict[str, str]:
        end = offset + len(of(answer))
        return {**period.pinned(), "offset": str(end)} if offset < end < answer.total else {}

    return Rows(name, of, _columns(row_type), following, headers=lambda answer: {"x-total-count": str(answer.total)})


async def ask(request: AnyRequest, question: Callable[[Queries], msgspec.Struct], rows: Rows) -> Response[bytes]:
    """Ask in a thread, and write the answer there too: a thousand rows of JSON and their hash take milliseconds."""
    return await answered(request, lambda queries: respond(request, question(queries), rows))


async def body_of(request: AnyRequest) -> bytes:
    """What came with a request, up to the bound of its route.

    Raises:
        ServiceUnavailableError: it did not come in time.
    """
    try:
        async with asyncio.timeout(_BODY_S):
            return await request.body()
    except TimeoutError:
        raise ServiceUnavailableError(f"the body did not come within {_BODY_S:.0f} s") from None


async def json_of(request: AnyRequest, kind: type[S]) -> S:
    """The body of a request of a page: JSON, which no form of another site can send.

    Raises:
        InvalidRequestError: it is not what is expected; the text never holds a value of it.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise InvalidRequestError("The content-type must be application/json.")
    try:
        return msgspec.json.decode(await body_of(request), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        expected = ", ".join(kind.__struct_fields__)
        raise InvalidRequestError(f"The body must be a JSON object with {expected}.") from None


async def answered(request: AnyRequest, question: Callable[[Queries], T]) -> T:
    """Ask in a thread, and return what was found out."""
    services, asker = services_of(request), request.user

    def answer(asked: Question) -> T:
        return question(Queries(services.warehouse, services.catalog, asked, services.model_of))

    return await services.turns.run(asker.project, asker.key, answer, lambda: gone(request))


async def gone(request: AnyRequest) -> None:
    """Return when the client has left; what it still sends is of no interest."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _columns(row_type: type[msgspec.Struct]) -> tuple[str, ...]:
    """Put what a row is about before its measures, which it inherits and so would come first."""
    names = row_type.__struct_fields__
    own = tuple(name for name in names if name not in MEASURES)
    return own + tuple(name for name in names if name not in own)
