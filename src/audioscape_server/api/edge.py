"""What holds for every path, around the framework.

* A path has one spelling. The framework decodes escapes and forgives slashes, so two names of one thing would be
  two keys in every cache, log and rule in front of us. No path of ours has an escape or an empty part.
* HEAD is answered as GET, without the body: it is GET for all that comes after.
"""

from collections.abc import MutableMapping
from typing import Any, Final

from audioscape_server.asgi import HTTPScope, Send

#: No route is called so: an unknown path like any other.
_UNKNOWN: Final = "/%"


def enter(scope: HTTPScope) -> None:
    """Make of a scope what the framework shall see. In place, because those outside read there which route it took."""
    if scope["type"] != "http":
        return
    if not _is_canonical(scope["raw_path"].partition(b"?")[0]):
        scope["path"] = _UNKNOWN
    if scope["method"] == "HEAD":
        scope["method"] = "GET"


def leaving(scope: HTTPScope, send: Send) -> Send:
    """The way of the answer to a request, whose scope is still as it came."""
    if scope["type"] != "http" or scope["method"] != "HEAD":
        return send

    async def send_head(message: MutableMapping[str, Any]) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send_head


def _is_canonical(path: bytes) -> bool:
    return b"%" not in path and b"//" not in path and (path == b"/" or not path.endswith(b"/"))
