"""Lets pages of some other addresses read the API with a key: CORS, off unless an origin is named.

Promises
    * Only the origins that were named are answered to, compared letter by letter; ``*`` is none.
    * Never with cookies: credentials are not allowed, so a page elsewhere reads what its key may and nothing else.
    * Only paths of the API: pages, sessions and local commands are never for other origins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping
from typing import Any, Final
from urllib.parse import urlsplit

from audioscape_server.asgi import HTTPScope, Receive, Send
from audioscape_server.errors import ConfigurationError

_ROOT: Final = "/analytics/v1/"
_EXPOSED: Final = (
    b"etag, link, retry-after, x-total-count, x-next-cursor, x-request-id, "
    b"ratelimit-limit, ratelimit-remaining, ratelimit-reset"
)
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"x-api-key, content-type, if-none-match"),
    (b"access-control-max-age", b"600"),
)


class Cors:
    """The API, with what a browser needs to show its answers to pages of other origins.

    Args:
        app: the API.
        origins: scheme, host and port of each origin, as browsers send it.

    Raises:
        ConfigurationError: one of them is no origin.
    """

    def __init__(self, app: Callable[[Any, Any, Any], Any], origins: Collection[str]) -> None:
        for origin in origins:
            _require_origin(origin)
        self._app = app
        self._origins: Final = frozenset(origin.encode() for origin in origins)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Pass a request on, and say on its answer whether the page that asks may read it."""
        if scope["type"] != "http" or not self._origins or not scope["path"].startswith(_ROOT):
            await self._app(scope, receive, send)
            return
        asked = [value for name, value in scope["headers"] if name == b"origin"]
        allowed = asked[0] if len(asked) == 1 and asked[0] in self._origins else None
        is_preflight = scope["method"] == "OPTIONS"

        async def note(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], (b"vary", b"origin")]
                if allowed:
                    headers += [(b"access-control-allow-origin", allowed), (b"access-control-expose-headers", _EXPOSED)]
                    headers += _PREFLIGHT if is_preflight else ()
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, note)


def _require_origin(text: str) -> None:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or text != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise ConfigurationError(
            f"--cors-origin: expected an origin such as https://dash.example, found {text[:100]!r}"
        )
    if not parts.netloc or text != text.lower():
        raise ConfigurationError(f"--cors-origin: expected a host in small letters, found {text[:100]!r}")
