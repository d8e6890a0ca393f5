"""From the bytes of a body to the verdict on it, and to what is stored: inflated, judged, packed.

Invariants
    A body on which this is a millisecond's work is worked on by the event loop. On a large one a thread works, in steps
    that are each short, and the event loop goes on meanwhile: whatever one client sends, the others hardly notice. It
    is one thread: most steps need the interpreter's lock, so a second would do no more, only delay the event loop.

    Few large bodies wait, of one project fewer still. Who finds no place is told to come again (503), so large bodies
    never fill the memory, and one project leaves places for the others.
"""

from __future__ import annotations

import asyncio
import threading
import zlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import NamedTuple

from audioscape_server.errors import OverloadedError
from audioscape_server.ingest import events
from audioscape_server.ingest.events import LARGE_BODY_BYTES, EnvelopeError, Verdict
from audioscape_server.spool.batches import Packer

#: Bytes of a body, inflated.
MAX_BODY_BYTES = 4 * 1024 * 1024
#: Members of a gzip body: more than any client makes, and few enough that going through them is cheap.
MAX_GZIP_MEMBERS = 64
#: Large bodies that may be worked on or wait: of all projects, and of one. The worst take a fifth of a second.
MAX_LARGE = 32
MAX_LARGE_OF_PROJECT = 8


class Body(NamedTuple):
    """A request's body as it arrived."""

    content: bytes
    is_gzip: bool
    project: str
    received_at: float
    """Unix seconds."""
    is_claimed: bool
    """Whether it may claim to be the first of its kind, for which its digest is needed."""
    judge: Callable[[bytes, float], Verdict]
    """What it is judged by."""


class Judged(NamedTuple):
    """What becomes of a body."""

    verdict: Verdict
    digest: bytes
    """Of the inflated body; empty when it claims nothing."""
    content_bytes: int
    """The length of the accepted events as they are stored, before they are packed."""
    payload: bytes
    checksum: int
    """The accepted events, packed; empty when there are none."""


class BodyTooLargeError(Exception):
    """Inflated, the body is longer than it may be."""


class _Tools(threading.local):
    """What each thread has for itself."""

    def __init__(self) -> None:
        self.packer = Packer()


class Bodies:
    """Works on bodies, here or in its thread."""

    def __init__(self) -> None:
        self._tools = _Tools()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="body")
        self._large: Counter[str] = Counter()

    async def judge(self, body: Body) -> Judged:
        """Inflate, judge and pack a body.

        Raises:
            EnvelopeError: it can't be judged as a whole, or is not gzip as it says.
            BodyTooLargeError: it is longer than 4 MiB.
            OverloadedError: it is large, and too many such bodies wait.
        """
        content = body.content if len(body.content) <= LARGE_BODY_BYTES else None
        if body.is_gzip and content is not None:
            content = inflate(content, LARGE_BODY_BYTES)
        if content is not None:
            return self._work(body, content)
        return await self._in_a_thread(body)

    async def _in_a_thread(self, body: Body) -> Judged:
        if self._large.total() >= MAX_LARGE or self._large[body.project] >= MAX_LARGE_OF_PROJECT:
            raise OverloadedError
        self._large[body.project] += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._work_on_large, body)
        finally:
            self._large[body.project] -= 1
            if not self._large[body.project]:
                del self._large[body.project]

    def _work_on_large(self, body: Body) -> Judged:
        content = inflate(body.content, MAX_BODY_BYTES) if body.is_gzip else body.content
        if content is None:
            raise BodyTooLargeError
        return self._work(body, content)

    def _work(self, body: Body, content: bytes) -> Judged:
        verdict = body.judge(content, body.received_at)
        digested = digest(content) if body.is_claimed else b""
        if not verdict.accepted:
            return Judged(verdict, digested, 0, b"", 0)
        stored = events.encode_events(verdict.accepted)
        payload, checksum = self._tools.packer.pack(stored)
        return Judged(verdict, digested, len(stored), payload, checksum)


def inflate(body: bytes, most: int) -> bytes | None:
    """A gzip body, which may be of several members, inflated; None when that has more than ``most`` bytes.

    Raises:
        EnvelopeError: it is no gzip body.
    """
    parts: list[bytes] = []
    left = most
    for _ in range(MAX_GZIP_MEMBERS):
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            part = member.decompress(body, left + 1)
        except zlib.error:
            raise EnvelopeError("Request body is not valid gzip") from None
        if len(part) > left:
            return None
        if not member.eof:
            raise EnvelopeError("Request body is not valid gzip: it is cut short")
        parts.append(part)
        left -= len(part)
        body = member.unused_data
        if not body:
            return b"".join(parts)
    raise EnvelopeError(f"Request body has more than {MAX_GZIP_MEMBERS} gzip members")


def digest(*parts: bytes) -> bytes:
    """One digest of all parts, in which their borders count."""
    state = blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8))
        state.update(part)
    return state.digest()
