"""The few ASGI types and answers that the raw applications share."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

HTTPScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON_TYPE: Header = (b"content-type", b"application/json")


def request_id() -> bytes:
    """A new id for an answer, under which the log tells more."""
    return os.urandom(8).hex().encode()


async def send_json(send: Send, status: int, body: object) -> None:
    """Answer with a small JSON document."""
    content = json.dumps(body, default=str).encode()
    headers = [JSON_TYPE, (b"content-length", b"%d" % len(content)), (b"x-request-id", request_id())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
