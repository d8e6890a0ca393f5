"""The verdict on a body."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from audioscape_server.ingest.events.one_by_one import EVENTS_MISSING, event_alone, take_apart
from audioscape_server.ingest.events.rules import Rejected, canonical
from audioscape_server.ingest.events.wire import (
    MAX_EVENTS,
    CanonicalEvent,
    EnvelopeError,
    Rejection,
    Verdict,
    WireEvent,
)


class _Envelope(msgspec.Struct, gc=False):
    events: list[WireEvent]


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_encode = msgspec.json.Encoder().encode


def judge(body: bytes, now: float) -> Verdict:
    """Judge every event of a request body.

    Args:
        body: the request body, inflated.
        now: the time of receipt, Unix seconds.

    Returns:
        The canonical events of the accepted events in their order, and the rejections in theirs.

    Raises:
        EnvelopeError: the body is not valid UTF-8 or JSON, is nested too deep, has no ``events`` array, or an empty or
            too long one.
    """
    _require_utf8(body)
    batch: Sequence[WireEvent | msgspec.Raw]
    mark = ""
    try:
        batch = _decode_envelope(body).events
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        batch, mark = take_apart(body)
    _require_length(len(batch))
    accepted: list[CanonicalEvent] = []
    rejected: list[Rejection] = []
    stamped = True
    for index, item in enumerate(batch):
        try:
            event = item if isinstance(item, WireEvent) else event_alone(item, mark)
            one = canonical(event, now)
        except Rejected as rejection:
            rejected.append(Rejection(index, rejection.reason, rejection.message, _encode(item)))
            continue
        accepted.append(one)
        if event.timestamp is None or not one[3]:
            stamped = False
    return Verdict(accepted, rejected, stamped)


def encode_events(accepted: list[CanonicalEvent]) -> bytes:
    """Canonical events as JSON, an array of arrays: what the spool stores."""
    return _encode(accepted)


def _require_utf8(body: bytes) -> None:
    # The decoder skips over unknown members without looking at their encoding, so the whole body is checked here.
    try:
        if not body.isascii():
            body.decode()
    except UnicodeDecodeError as error:
        raise EnvelopeError(f"Request body is not valid UTF-8 (byte {error.start})") from None


def _require_length(count: int) -> None:
    if count == 0:
        raise EnvelopeError(EVENTS_MISSING)
    if count > MAX_EVENTS:
        raise EnvelopeError(f"A request carries at most {MAX_EVENTS} events, got {count}")
