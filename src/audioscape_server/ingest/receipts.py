"""First answers to batches that may be sent again, so that a repeat is answered as the first was.

A repeat arrives later, and by then an event of it may have become too old, or no longer be too far ahead: judged anew,
the answer would promise what is not stored, or refuse what is. Kept in memory and bounded: after a restart, or on
another node, such a repeat is judged anew. What is stored does not depend on it; that is settled by claims.
"""

from __future__ import annotations

#: Answers kept; past that the oldest are forgotten.
MAX_RECEIPTS = 20_000
#: Bytes of an answer that is worth keeping: one with a handful of rejections.
MAX_RECEIPT_BYTES = 4_096

Claim = tuple[bytes, bytes]


class Receipts:
    """The newest first answers, by what the batch claimed."""

    def __init__(self) -> None:
        self._answers: dict[Claim, bytes] = {}

    def find(self, claim: Claim | None) -> bytes | None:
        """The first answer to a batch; None when it is not known to be a repeat."""
        return self._answers.get(claim) if claim else None

    def keep(self, claim: Claim | None, answer: bytes) -> None:
        """Remember the answer to a batch that was stored; the first one stays."""
        if claim is None or claim in self._answers or len(answer) > MAX_RECEIPT_BYTES:
            return
        self._answers[claim] = answer
        if len(self._answers) > MAX_RECEIPTS:
            del self._answers[next(iter(self._answers))]
