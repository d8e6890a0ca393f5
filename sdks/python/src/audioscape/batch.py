"""A frozen batch: the unit that is sent, resent, and stored at most once.

Invariant: `body` is the same bytes whenever it is called. The server recognises a resend by key *and* body, so that a
batch whose answer was lost can be sent again without being counted twice.
"""

from __future__ import annotations

import uuid
import zlib
from typing import NamedTuple

#: Bytes of body from which compression pays for itself.
GZIP_ABOVE = 1024


class Batch(NamedTuple):
    """Events that travel together under one key."""

    key: str
    events: tuple[bytes, ...]

    @classmethod
    def freeze(cls, events: tuple[bytes, ...]) -> Batch:
        """A new batch with a key of its own."""
        return cls(str(uuid.uuid4()), events)

    def halves(self) -> tuple[Batch, Batch]:
        """Two batches of at least one event each, for a server that found this one too large."""
        middle = (len(self.events) + 1) // 2
        return Batch.freeze(self.events[:middle]), Batch.freeze(self.events[middle:])

    def body(self, *, compress: bool) -> tuple[bytes, bool]:
        """The bytes to send, and whether they are gzipped."""
        # Composed anew for each attempt rather than kept: a waiting batch costs no more memory than its events.
        pieces = [b'{"events":[', self.events[0]]
        for event in self.events[1:]:
            pieces += (b",", event)
        pieces.append(b"]}")
        if not compress or sum(map(len, pieces)) <= GZIP_ABOVE:
            return b"".join(pieces), False
        # wbits 31 writes a gzip header without a time in it, so the bytes depend on the events alone.
        deflate = zlib.compressobj(wbits=31)
        return b"".join([deflate.compress(piece) for piece in pieces]) + deflate.flush(), True
