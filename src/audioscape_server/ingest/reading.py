"""Reads bodies off the wire: each up to a cap and a deadline, all of them together within a bound.

Invariants
    What requests hold of their bodies, from the first byte until the answer, is never more than `MAX_HELD_BYTES`, and
    one project's never more than half of that. Whoever finds no room is told to come again (503); clients without a
    valid key hold nothing here.

    A body that comes in a million pieces takes no more memory than one that comes whole.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

from audioscape_server.asgi import Receive
from audioscape_server.errors import OverloadedError, ServiceUnavailableError

#: Bytes of a body on the wire.
MAX_WIRE_BYTES = 1024 * 1024
#: Seconds from a request's headers to the end of its body.
BODY_DEADLINE_S = 10.0
#: Bytes of bodies that may be held at once: of all projects, and of one.
MAX_HELD_BYTES = 128 * 1024 * 1024
MAX_HELD_BYTES_OF_PROJECT = MAX_HELD_BYTES // 2


class WireTooLargeError(Exception):
    """The body has more bytes than it may have, or says that it will."""


class BodyCutError(Exception):
    """The body ended before it was complete, or its chunks are malformed."""


class BodyStalledError(ServiceUnavailableError):
    """The body did not come in time."""

    retry_after_s = 1


class Reader:
    """Reads the bodies of one event loop's requests."""

    def __init__(self) -> None:
        self._held = 0
        self._held_of: Counter[str] = Counter()

    async def read(self, project: str, length: bytes, receive: Receive) -> bytes:
        """A request's body; it counts as held until it is given to `release`.

        Args:
            project: whose request it is.
            length: its Content-Length header, empty when there is none.
            receive: the rest of the request.

        Raises:
            WireTooLargeError: it has more than `MAX_WIRE_BYTES`; it was not read to its end.
            BodyCutError: it will never be complete.
            BodyStalledError: it took longer than `BODY_DEADLINE_S`.
            OverloadedError: there is no room for it now.
        """
        if length.isdigit() and int(length[:20]) > MAX_WIRE_BYTES:
            raise WireTooLargeError
        body = bytearray()
        complete = False
        try:
            async with asyncio.timeout(BODY_DEADLINE_S):
                while not complete:
                    complete = self._take(project, body, await receive())
        except TimeoutError:
            raise BodyStalledError from None
        finally:
            if not complete:
                self.release(project, len(body))
        return bytes(body)

    def release(self, project: str, size: int) -> None:
        """A body of so many bytes is not held any more."""
        self._held -= size
        self._held_of[project] -= size
        if not self._held_of[project]:
            del self._held_of[project]

    def _take(self, project: str, body: bytearray, message: Mapping[str, Any]) -> bool:
        """Add what came to the body; whether it is complete."""
        if message["type"] == "http.disconnect":
            raise BodyCutError
        chunk = message.get("body", b"")
        size = len(chunk)
        if len(body) + size > MAX_WIRE_BYTES:
            raise WireTooLargeError
        if self._held + size > MAX_HELD_BYTES or self._held_of[project] + size > MAX_HELD_BYTES_OF_PROJECT:
            raise OverloadedError
        self._held += size
        self._held_of[project] += size
        body += chunk
        return not message.get("more_body", False)
