"""Put the read API together: everything of the server that is not the ingest endpoint."""

import asyncio
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, cast

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from prometheus_client import CollectorRegistry

from audioscape_server.access.gate import Gate
from audioscape_server.access.key_desk import KeyDesk
from audioscape_server.accounts.joining import Joining
from audioscape_server.accounts.sign_in import SignIn
from audioscape_server.api import edge
from audioscape_server.api.dependencies import Answerer, Catalog, IngestReport, JobState, LiveReport, Ranking, Readiness
from audioscape_server.api.document import describe
from audioscape_server.api.error_responses import add_headers, handlers
from audioscape_server.api.first_days import FirstDays
from audioscape_server.api.page import ADDRESS, STYLE_HASH, docs_page
from audioscape_server.api.render import AnyRequest, plain
from audioscape_server.api.requests import Services
from audioscape_server.api.resources import OPEN_ROUTES, PAGE_ROUTES, PEOPLE_ROUTES, READ_ROUTES
from audioscape_server.api.turns import Turns
from audioscape_server.control import Links, Team
from audioscape_server.control.workspace import Workspace
from audioscape_server.scores.parameters import Parameters

_HOST: Final = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")


def _address(request: AnyRequest) -> str:
    """Where the client reached this server; it is put into a page, so nothing that is no host name."""
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else ADDRESS


class _Api(Litestar):
    """The framework, with what holds for every path around it."""

    __slots__ = ()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Litestar's types name every key of a scope; ours are the plain ASGI ones.
        answer: Any = edge.leaving(scope, send)
        edge.enter(scope)
        await super().__call__(scope, receive, answer)


def create_api(
    *,
    warehouse: Answerer,
    catalog: Catalog,
    model_of: Callable[[str], Parameters],
    gate: Gate,
    ingest_report: IngestReport,
    live_report: LiveReport,
    jobs: Callable[[], Sequence[JobState]],
    ranking: Ranking,
    readiness: Readiness,
    registry: CollectorRegistry,
    sign_in: SignIn,
    joining: Joining,
    workspace: Workspace,
    links: Links,
    team: Team,
    key_desk: KeyDesk,
    clock: Callable[[], float],
    pages: Sequence[HTTPRouteHandler] = (),
    lost: Callable[[AnyRequest], Response[bytes]] | None = None,
) -> Litestar:
    """Make the ASGI application.

    Args:
        warehouse: Answers the questions.
        catalog: Knows the names of assets.
        model_of: Says by which numbers a project is scored. Blocks.
        gate: Knows who may ask, about which project, and how fast.
        ingest_report: Says where a project's events are.
        live_report: Says what comes in now.
        jobs: Says how the jobs of the server stand. Blocks.
        ranking: Ranks the candidates of a search.
        readiness: Says whether the server can do its work.
        registry: The metrics to show at ``/metrics``.
        sign_in: The door for people.
        joining: The door for people with a one-time link.
        workspace: What projects keep for their people.
        links: The one-time links that are open.
        team: The people of each project.
        key_desk: The keys of each project, for its people.
        clock: Unix seconds.
        pages: Routes that are no part of the API: what a browser shows.
        lost: Makes what a browser shows at an address that leads nowhere.
    """
    turns = Turns(warehouse.stop)
    services = Services(
        warehouse=warehouse,
        catalog=catalog,
        model_of=model_of,
        turns=turns,
        first_days=FirstDays(warehouse, turns, clock),
        gate=gate,
        ingest_report=ingest_report,
        live_report=live_report,
        jobs=jobs,
        ranking=ranking,
        readiness=readiness,
        registry=registry,
        sign_in=sign_in,
        joining=joining,
        workspace=workspace,
        links=links,
        team=team,
        key_desk=key_desk,
        clock=clock,
    )

    @cache
    def described() -> tuple[bytes, str]:
        """The description of this API, for machines and for people. Not made at the start, a fifth of which it took."""
        document = describe([READ_ROUTES, OPEN_ROUTES, PEOPLE_ROUTES])
        return msgspec.json.encode(document), docs_page(document)

    policy = f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"

    @get("/openapi.json", include_in_schema=False)
    async def openapi_json(request: AnyRequest) -> Response[bytes]:
        """The description of this API, for machines."""
        as_json, _ = await asyncio.to_thread(described)
        return await asyncio.to_thread(plain, request, as_json, "application/json")

    @get("/docs", include_in_schema=False)
    async def docs(request: AnyRequest) -> Response[bytes]:
        """The description of this API, for people."""
        headers = {"content-security-policy": policy}
        _, as_page = await asyncio.to_thread(described)
        page = as_page.replace(ADDRESS, _address(request)).encode()
        return await asyncio.to_thread(plain, request, page, "text/html", headers=headers)

    return _Api(
        route_handlers=[
            READ_ROUTES,
            OPEN_ROUTES,
            Router("/", route_handlers=[*PAGE_ROUTES, *pages]),
            PEOPLE_ROUTES,
            openapi_json,
            docs,
        ],
        exception_handlers=handlers(lost),
        before_send=[add_headers],
        on_shutdown=[turns.close],
        logging_config=None,
        state=State({"services": services}),
        openapi_config=None,
    )


async def stop_questions(api: Litestar) -> None:
    """Refuse the questions that wait and stop those that run; returns once none runs any more."""
    await cast("Services", api.state.services).turns.close()
