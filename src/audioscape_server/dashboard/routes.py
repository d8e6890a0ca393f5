"""The addresses of the pages, and of the files they are made of.

Promises
    * A page holds nothing of a project but names, its own and those that it gave its experiences, and the day
      with which it begins: every number comes from the read API, asked by the page. A guest, who is shown some
      tracks only, is told of no experience here.
    * Nothing on it runs or loads but our own files: the policy says so, and has no exception.
    * Who is not signed in gets the pages for that, and is led to the sign-in from all others and back.
    * An address that leads nowhere has a page, too, the same for everybody: it is told nothing but that.
    * A page is never kept by a cache, because it holds the session's token; its files are kept for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_404_NOT_FOUND

from audioscape_server import __version__
from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sessions import csrf
from audioscape_server.api import zones
from audioscape_server.api.callers import session_of
from audioscape_server.api.first_days import Beginning
from audioscape_server.api.render import plain
from audioscape_server.api.requests import AnyRequest, gone, services_of
from audioscape_server.control import Workspace
from audioscape_server.control.experience_names import ExperienceName
from audioscape_server.control.project_settings import ProjectSettings
from audioscape_server.dashboard import built

#: Each page's address, and the module that draws it.
PAGES: Final[Mapping[str, str]] = {
    "/": "Overview",
    "/tracks": "Tracks",
    "/tracks/{asset_id}": "Track",
    "/charts": "Charts",
    "/search": "Search",
    "/audience": "Audience",
    "/funnel": "Funnel",
    "/events": "Events",
    "/keys": "Keys",
    "/people": "People",
    "/welcome": "Welcome",
    "/settings": "Settings",
    "/experiences": "Experiences",
    "/live": "Live",
}
#: Those for who is not signed in.
OPEN_PAGES: Final[Mapping[str, str]] = {"/login": "Login", "/join": "Join", "/share": "Share"}

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-store",
}
#: What is told of the beginning of a project where nobody asks for one.
_UNKNOWN: Final = Beginning(None)
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@get([path.replace("}", ":str}") for path in PAGES], include_in_schema=False)
async def page(request: AnyRequest) -> Response[Any]:
    """A page of somebody who is signed in."""
    found = await session_of(request)
    if found is None:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        query = f"?{urlencode({'next': asked})}" if asked != "/" else ""
        return Redirect(f"/login{query}", headers=_HEADERS)
    token, who = found
    session = {
        "email": who.email,
        "project": who.project,
        "role": who.role,
        "roles": who.roles,
        "csrf_token": csrf(token),
    }

    def kept(workspace: Workspace) -> tuple[ProjectSettings, list[ExperienceName]]:
        names = [] if who.role is Role.GUEST else workspace.names.list(who.project)
        return workspace.settings.of(who.project), names

    services = services_of(request)
    settings, names = await services.workspace.run(kept)
    beginning = _UNKNOWN
    if who.role is not None:
        calendar = zones.calendar(settings.zone, settings.week_start)
        beginning = await services.first_days.of(who.project, f"user {who.user}", calendar, lambda: gone(request))
    return await _answer(request, PAGES[request.scope["path_template"]], session, settings, names, beginning=beginning)


@get(list(OPEN_PAGES), include_in_schema=False)
async def open_page(request: AnyRequest) -> Response[bytes]:
    """A page for who is not signed in. It is told of no session, whoever asks: what it does begins one."""
    return await _answer(request, OPEN_PAGES[request.url.path], None, ProjectSettings())


@get("/assets/{name:str}", include_in_schema=False)
async def asset(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """A file that pages are made of."""
    found = built.assets().get(name)
    if found is None:
        raise NotFoundException
    body, coding = found.accepted(request.headers.get("accept-encoding", ""))
    headers = {"cache-control": _FOR_EVER, "vary": "accept-encoding"}
    if coding:
        headers["content-encoding"] = coding
    return Response(body, media_type=found.media_type, headers=headers)


async def _answer(
    request: AnyRequest,
    source: str,
    session: Mapping[str, Any] | None,
    settings: ProjectSettings,
    names: Sequence[ExperienceName] = (),
    *,
    beginning: Beginning = _UNKNOWN,
) -> Response[bytes]:
    experiences = {kind: {str(one.id): one.name for one in names if one.kind == kind} for kind in ("universe", "place")}
    html = built.document(source, _boot(session, settings, experiences, beginning))
    return await asyncio.to_thread(plain, request, html, "text/html", headers=_HEADERS)


def lost(request: AnyRequest) -> Response[bytes]:
    """The page at an address that leads nowhere."""
    html = built.document(None, _boot(None, ProjectSettings(), {}) | {"lost": True})
    return plain(request, html, "text/html", status=HTTP_404_NOT_FOUND, headers=_HEADERS)


def _boot(
    session: Mapping[str, Any] | None,
    settings: ProjectSettings,
    experiences: Mapping[str, Any],
    beginning: Beginning = _UNKNOWN,
) -> dict[str, Any]:
    """What a page is told."""
    return {
        "session": session,
        "settings": asdict(settings),
        "experiences": experiences,
        "first_day": beginning.first_day,
        "has_events": beginning.has_events,
        "version": __version__,
    }


DASHBOARD_ROUTES: Final = (page, open_page, asset)
