"""Who asks: a program by its key, or a person by the session that the browser's cookie holds.

Promises
    * The credential alone says which project is asked for: the key's, or the one that the session shows.
    * A request with a key is the key's, whatever else comes with it; one with a link's token is the link's, whatever
      cookies come with it.
    * Whatever is not only read needs more than the cookie, which a browser sends along with the requests of any page:
      no other site may have sent the request (`accounts.origins`), and it must hold the session's csrf token.
    * A session reads and changes the project in which its user has a role at this moment, and no other. All pages of a
      browser have one session: a page that says for which project it was made (``x-project``) is told nothing of
      another one that was chosen since, and changes nothing there.
    * A guest, and whoever opens a link, asks for no more than is shown to them, whatever the route: `narrowing`.
    * What only people do is declared with the `Action` that it is, and `accounts.roles` says who may: a route of
      `PEOPLE_ROUTES` that names none does not work for anybody.
"""

from typing import Any, Final, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from audioscape_server.access.keys import Credential, Scope
from audioscape_server.accounts import cookies, origins
from audioscape_server.accounts.roles import Action, Role, may
from audioscape_server.accounts.sessions import SignedIn, is_csrf
from audioscape_server.api import filters, narrowing, visitors
from audioscape_server.api.error_responses import STANDING
from audioscape_server.api.render import asked_of
from audioscape_server.api.requests import services_of
from audioscape_server.errors import ForbiddenError, OtherProjectError, UnauthorizedError

AnyConnection = ASGIConnection[Any, Any, Any, Any]

CSRF: Final = "x-csrf-token"
#: In which a page sends the name of the project that it was made for.
PROJECT: Final = "x-project"
#: Under which name a handler says which `Action` it is: ``@post("/…", action=Action.ANNOTATE)``.
ACTION: Final = "action"
#: How a handler of `PEOPLE_ROUTES` says that a key with the scope `read` may ask, too: ``@get("/…", **READ)``.
READ: Final[dict[str, Any]] = {ACTION: Action.READ, "include_in_schema": True, "security": [{"key": []}]}


async def require_read(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Let in who holds a key with the scope `read`, a session of somebody with a role in its project, or a shared link.

    Who is not shown all of the project asks for no more than that from here on: see `narrowing`.
    """
    if _method_of(connection) == "OPTIONS":
        return  # what may be done with a path is no secret, and a preflight carries no key
    credential = await _reader(connection)
    connection.scope["user"] = credential
    filters.require_few_values(asked_of(connection.scope))
    if credential.limit is not None:
        narrowing.narrow(connection, handler, credential.limit, services_of(connection).clock())


async def _reader(connection: AnyConnection) -> Credential:
    keys, links = _keys_in(connection), connection.headers.getall(visitors.SHARE, [])
    services, client = services_of(connection), connection.client
    address = client.host if client else None
    if links and not keys:
        shown = await visitors.shared(connection, links[0]) if len(links) == 1 else None
        if shown is None:
            await services.gate.refuse(address)
        admission = services.gate.pace(visitors.visitor(*shown, services.clock()))
    elif not keys and (found := await session_of(connection)):
        token, who = found
        _require_unforged(connection, token)
        _require_shown(connection, who)
        return await visitors.guest(connection, who) if who.role is Role.GUEST else _credential(who, Action.READ)
    else:
        admission = await services.gate.admit(keys, address)
    connection.scope["state"][STANDING] = admission.standing
    if Scope.READ not in admission.credential.scopes:
        raise ForbiddenError(
            'This key lacks the scope "read"; make one with: audioscape keys create --name NAME --scope read'
        )
    return admission.credential


async def require_may(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Let in a person whose role allows the handler's action; who that is stands in ``request.auth``.

    ``request.user`` is the credential, as for `require_read`. A key is refused, whatever its scopes are, unless the
    action is to read.
    """
    if _method_of(connection) == "OPTIONS":
        return
    action: Action = handler.opt[ACTION]
    if action is Action.READ:
        await require_read(connection, handler)
        return
    if _keys_in(connection):
        raise ForbiddenError(f"No key may {action}: sign in.")
    token, who = await require_session(connection)
    _require_unforged(connection, token)
    _require_shown(connection, who)
    connection.scope["user"], connection.scope["auth"] = _credential(who, action), who


def person(connection: AnyConnection) -> SignedIn:
    """Who was let in by `require_may`."""
    return cast("SignedIn", connection.auth)


def host_of(connection: AnyConnection) -> str:
    """By which name the server was reached."""
    return connection.headers.get("host", "")


def own_address(connection: AnyConnection) -> str:
    """Where the browser that sent a change reached the server, ``https://HOST``: behind a proxy only it can tell."""
    return connection.headers.get("origin") or f"{connection.scope['scheme']}://{host_of(connection)}"


def token_in(connection: AnyConnection) -> str | None:
    """The token of a session, if a cookie holds one."""
    return cookies.token_in(connection.headers.getall("cookie", []), host_of(connection))


async def session_of(connection: AnyConnection) -> tuple[str, SignedIn] | None:
    """The token of the session that a cookie holds, and who is signed in by it; None of nobody."""
    token = token_in(connection)
    who = await services_of(connection).sign_in.who(token) if token is not None else None
    return (token, who) if token is not None and who is not None else None


async def require_session(connection: AnyConnection) -> tuple[str, SignedIn]:
    """As `session_of`.

    Raises:
        UnauthorizedError: nobody is signed in.
    """
    found = await session_of(connection)
    if found is None:
        raise UnauthorizedError("Nobody is signed in here.")
    return found


def require_own_page(connection: AnyConnection) -> None:
    """Refuse what a page of another site may have sent.

    Raises:
        ForbiddenError: one may have.
    """
    host, origin = host_of(connection), connection.headers.get("origin")
    if not origins.is_own(host, origin, connection.headers.get("sec-fetch-site")):
        raise ForbiddenError(
            f"This must come from a page of {host[:255]}; it came from {(origin or 'another site')[:255]}. "
            "A proxy in front must pass the Host header on."
        )


def require_csrf(connection: AnyConnection, token: str) -> None:
    """Refuse what does not hold what only a page of ours can have read.

    Raises:
        ForbiddenError: it does not.
    """
    if not is_csrf(token, connection.headers.get(CSRF, "")):
        raise ForbiddenError(f"The header {CSRF} must hold the csrf_token that GET /session answers.")


def _method_of(connection: AnyConnection) -> str:
    return cast("dict[str, Any]", connection.scope)["method"]


def _keys_in(connection: AnyConnection) -> list[bytes]:
    return [value for name, value in connection.scope["headers"] if name.lower() == b"x-api-key"]


def _require_unforged(connection: AnyConnection, token: str) -> None:
    if _method_of(connection) != "GET":  # HEAD is GET by now
        require_own_page(connection)
        require_csrf(connection, token)


def _require_shown(connection: AnyConnection, who: SignedIn) -> None:
    if connection.headers.get(PROJECT, who.project) != who.project:
        raise OtherProjectError


def _credential(who: SignedIn, action: Action) -> Credential:
    if who.role is None:
        raise ForbiddenError("You have no role in the project that this session shows; choose another one.")
    if not may(who.role, action):
        raise ForbiddenError(f"A person with the role {who.role} may not {action}.")
    return Credential(who.project, f"user {who.user}", frozenset({Scope.READ}), rate=0)
