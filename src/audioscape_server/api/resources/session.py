"""Signing in and out, for pages in a browser. What a program asks with a key it asks without any of this.

Whatever changes something here must come from a page of ours: no other site may have sent it (`accounts.origins`), the
body must be JSON, which a form cannot send, and what follows from a session needs its token in ``x-csrf-token`` beside
the cookie.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Response, get, post

from audioscape_server.accounts import cookies
from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sessions import LIFE_S, SignedIn, csrf
from audioscape_server.api.callers import host_of, require_csrf, require_own_page, require_session, token_in
from audioscape_server.api.requests import PRIVATE, AnyRequest, json_of, refuse_unknown_parameters, services_of

#: Bytes of a body at most: an email and the longest password.
_MAX_BODY_BYTES: Final = 8_192
#: What all routes have that are for pages and no part of the API that a key can ask.
FOR_PAGES: Final[Mapping[str, Any]] = {
    "include_in_schema": False,
    "guards": [refuse_unknown_parameters],
    "request_max_body_size": _MAX_BODY_BYTES,
}


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """What `/login` is sent."""

    email: str
    password: str


class Choice(msgspec.Struct, forbid_unknown_fields=True):
    """What `/session/project` is sent."""

    project: str


class Leaving(msgspec.Struct, forbid_unknown_fields=True):
    """What `/logout` is sent."""

    everywhere: bool = False


class Session(msgspec.Struct):
    """Who is signed in, and what may be done."""

    email: str
    project: str
    role: Role | None
    roles: Mapping[str, Role]
    csrf_token: str


@post("/login", status_code=200, **FOR_PAGES)
async def login(request: AnyRequest) -> Response[bytes]:
    """Sign in."""
    require_own_page(request)
    given = await json_of(request, Credentials)
    address = request.client.host if request.client else None
    token, who = await services_of(request).sign_in.sign_in(given.email, given.password, address, token_in(request))
    return signed_in(request, token, who)


@get("/session", **FOR_PAGES)
async def session(request: AnyRequest) -> Response[bytes]:
    """Who is signed in, and the token that changes need."""
    return _answer(*await require_session(request))


@post("/session/project", status_code=200, **FOR_PAGES)
async def choose(request: AnyRequest) -> Response[bytes]:
    """Show the data of another project from now on."""
    require_own_page(request)
    token, _ = await require_session(request)
    require_csrf(request, token)
    wanted = await json_of(request, Choice)
    await services_of(request).sign_in.choose(token, wanted.project)
    return _answer(*await require_session(request))


@post("/logout", status_code=204, **FOR_PAGES)
async def logout(request: AnyRequest) -> Response[None]:
    """Sign out, here or everywhere."""
    require_own_page(request)
    token, _ = await require_session(request)
    require_csrf(request, token)
    leaving = await json_of(request, Leaving)
    await services_of(request).sign_in.sign_out(token, everywhere=leaving.everywhere)
    answer = Response(None, status_code=204, headers=PRIVATE)
    for name in (cookies.NAME, cookies.SECURE_NAME):
        _keep(answer, name, "", 0)
    return answer


def signed_in(request: AnyRequest, token: str, who: SignedIn) -> Response[bytes]:
    """The answer to whoever has just signed in; the browser keeps the session's token."""
    answer = _answer(token, who)
    _keep(answer, cookies.name_for(host_of(request), request.headers.get("origin")), token, LIFE_S)
    return answer


def _answer(token: str, who: SignedIn) -> Response[bytes]:
    told = Session(who.email, who.project, who.role, who.roles, csrf(token))
    return Response(msgspec.json.encode(told), media_type="application/json", headers=PRIVATE)


def _keep(answer: Response[Any], name: str, token: str, seconds: int) -> None:
    """Have the browser keep a token for so long; 0 = forget it."""
    is_secure = name == cookies.SECURE_NAME
    # Lax: a link from elsewhere opens a page signed in; what changes something is asked for more than the cookie.
    answer.set_cookie(name, token, max_age=seconds, path="/", secure=is_secure, httponly=True, samesite="lax")
