"""One table from what was raised to what the client sees: the text of its own fault, or a fixed text for ours."""

from collections.abc import Callable
from typing import Any, Final, cast
from uuid import uuid4

import msgspec
import structlog
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException, NotFoundException
from litestar.status_codes import (
    HTTP_404_NOT_FOUND,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
)
from litestar.types import Message, Scope

from audioscape_server.api.responses import ErrorBody
from audioscape_server.api.turns import ClientLeft
from audioscape_server.errors import AudioScapeError, ServiceUnavailableError, TooManyRequestsError

_AnyRequest = Request[Any, Any, Any]

_ROUTING: Final = {
    HTTP_404_NOT_FOUND: "Not Found",
    HTTP_405_METHOD_NOT_ALLOWED: "Method Not Allowed",
}

#: In a request's state: the headers that tell how its key stands.
STANDING: Final = "standing"

#: What may be done with a path, in the order in which it is told.
_METHODS: Final = (b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS")

#: Below these nobody types an address.
_FOR_PROGRAMS: Final = (b"/analytics/", b"/assets/")

_log: Final = structlog.get_logger(__name__)


def request_id(scope: Scope) -> str:
    """Return the id that ties an answer to the log; the same for the whole of a request."""
    return str(scope["state"].setdefault("request_id", uuid4().hex))


async def add_headers(message: Message, scope: Scope) -> None:
    """Put on every answer what every answer carries."""
    if message["type"] != "http.response.start":
        return
    headers = [
        (name, _allowed(scope, value) if name.lower() == b"allow" else value) for name, value in message["headers"]
    ]
    present = {name.lower() for name, _ in headers}
    for name, value in (
        *scope["state"].get(STANDING, ()),
        (b"x-request-id", request_id(scope).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'"),
    ):
        if name not in present:
            headers.append((name, value))
    message["headers"] = headers


def _allowed(scope: Scope, told: bytes) -> bytes:
    """Every method of a path. The framework tells of one that has several only the one that was registered first."""
    methods = {method.strip() for method in told.split(b",")}
    if cast("Any", scope)["method"] == "OPTIONS":
        app = cast("Litestar", cast("Any", scope)["litestar_app"])
        of_path = (route.methods for route in app.routes if route.path_format == scope["path_template"])
        methods = {method.encode() for method in next(of_path)}
    methods |= {b"OPTIONS"} | ({b"HEAD"} if b"GET" in methods else set())
    return b", ".join(method for method in _METHODS if method in methods)


def problem(status: int, text: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    """Answer with an error."""
    body = msgspec.json.encode(ErrorBody(text))
    return Response(body, status_code=status, headers=headers or {}, media_type="application/json")


def _known(_: _AnyRequest, error: AudioScapeError) -> Response[bytes]:
    if isinstance(error, ServiceUnavailableError):
        _log.warning("unavailable", error=type(error).__name__, reason=str(error))
        return problem(error.status, "Service Unavailable", {"retry-after": str(error.retry_after_s)})
    if isinstance(error, TooManyRequestsError):
        headers = {name.decode(): value.decode() for name, value in error.headers}
        return problem(error.status, str(error), headers)
    return problem(error.status, str(error))


def _routing(_: _AnyRequest, error: HTTPException) -> Response[bytes]:
    return problem(error.status_code, _ROUTING.get(error.status_code, error.detail), error.headers)


def _unforeseen(request: _AnyRequest, error: Exception) -> Response[bytes]:
    # The text of the error may hold values that the client sent: it goes to the log, and only there.
    _log.error("request failed", request_id=request_id(request.scope), path=request.url.path, exc_info=error)
    return problem(HTTP_500_INTERNAL_SERVER_ERROR, "Internal Server Error")


def _ours(request: _AnyRequest, error: AudioScapeError) -> Response[bytes]:
    return _known(request, error) if error.status != HTTP_500_INTERNAL_SERVER_ERROR else _unforeseen(request, error)


def _lost(page: Callable[[_AnyRequest], Response[bytes]]) -> Callable[[_AnyRequest, HTTPException], Response[bytes]]:
    """An address that leads nowhere: a page for who typed it, the usual answer for programs and for what pages load."""

    def answer(request: _AnyRequest, error: HTTPException) -> Response[bytes]:
        # As it was sent: the edge has changed the path of one that is not spelt as ours are.
        path = request.scope["raw_path"]
        is_typed = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        return page(request) if is_typed and not path.startswith(_FOR_PROGRAMS) else _routing(request, error)

    return answer


def _left(_: _AnyRequest, __: ClientLeft) -> Response[bytes]:
    # Nobody reads it.
    return problem(HTTP_503_SERVICE_UNAVAILABLE, "Service Unavailable")


def handlers(lost: Callable[[_AnyRequest], Response[bytes]] | None = None) -> Any:
    """Return the table as Litestar wants it.

    Args:
        lost: makes the page for a browser at an address that leads nowhere; None = there are no pages.
    """
    return ({NotFoundException: _lost(lost)} if lost else {}) | {
        AudioScapeError: _ours,
        ClientLeft: _left,
        HTTPException: _routing,
        HTTP_500_INTERNAL_SERVER_ERROR: _unforeseen,
    }
