"""The few ASGI types and answers that the raw applications share."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

HTTPScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

#: Bytes of a body that are read and thrown away after an answer that did not wait for them.
MAX_REST_BYTES = 4 * 1024 * 1024
#: Seconds from a request's start until nothing is thrown away any more: a body that stalls is not waited for twice.
REST_DEADLINE_S = 10.0

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


class Inbound:
    """A request's body on its way in, and whether all of it has come.

    An answer may be given before the body was read: to a wrong key, a wrong path, a body that is too large. A
    connection that is closed over what is still coming is reset, and a client in the middle of sending sees a broken
    pipe in place of the answer, and tries again for ever. So what is left is read, up to a bound, and thrown away.
    """

    __slots__ = ("_deadline", "_receive", "ended")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._deadline = asyncio.get_running_loop().time() + REST_DEADLINE_S
        self.ended = False

    async def receive(self) -> MutableMapping[str, Any]:
        """The next message, for the application."""
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            self.ended = True
        return message

    async def drain(self, scope: HTTPScope) -> None:
        """Read and forget what the application left, once it has answered."""
        if self.ended or not _has_body(scope):
            return
        left = MAX_REST_BYTES
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._deadline):
                while left > 0 and not self.ended:
                    left -= len((await self.receive()).get("body", b""))


def _has_body(scope: HTTPScope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )
