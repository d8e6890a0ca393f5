"""Coming in by a one-time link, for the page that opens it. The link's token comes in a body, and never in a URL.

Nobody is signed in yet, so there is no session's token to ask for: no other site may have sent it, and the body must be
JSON, as for signing in.
"""

import msgspec
from litestar import Response, post

from audioscape_server.accounts.links import Kind
from audioscape_server.accounts.roles import Role
from audioscape_server.api.callers import require_own_page, token_in
from audioscape_server.api.requests import PRIVATE, AnyRequest, json_of, services_of
from audioscape_server.api.resources.session import FOR_PAGES, signed_in


class Token(msgspec.Struct, forbid_unknown_fields=True):
    """What `/join/look` is sent."""

    token: str


class Coming(msgspec.Struct, forbid_unknown_fields=True):
    """What `/join` is sent."""

    token: str
    password: str
    email: str | None = None


class Opened(msgspec.Struct):
    """What a link leads to."""

    kind: Kind
    email: str | None
    project: str | None
    role: Role | None
    has_account: bool


@post("/join/look", status_code=200, **FOR_PAGES)
async def look(request: AnyRequest) -> Response[bytes]:
    """What a link leads to."""
    require_own_page(request)
    given = await json_of(request, Token)
    link = await services_of(request).joining.look(given.token)
    told = Opened(link.kind, link.email, link.project, link.role, link.has_account)
    return Response(msgspec.json.encode(told), media_type="application/json", headers=PRIVATE)


@post("/join", status_code=200, **FOR_PAGES)
async def join(request: AnyRequest) -> Response[bytes]:
    """Use a link, and sign in."""
    require_own_page(request)
    given = await json_of(request, Coming)
    address = request.client.host if request.client else None
    joining = services_of(request).joining
    return signed_in(request, *await joining.join(given.token, given.email, given.password, address, token_in(request)))
