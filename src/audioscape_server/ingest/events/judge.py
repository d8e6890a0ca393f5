"""The verdict on a body."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import msgspec

from audioscape_server.ingest.events.numbers import has_exponent, has_few_numbers
from audioscape_server.ingest.events.one_by_one import EVENTS_MISSING, event_alone, split, too_many_events
from audioscape_server.ingest.events.rejected import Rejected, unpaired_surrogate
from audioscape_server.ingest.events.rules import Receipt, canonical
from audioscape_server.ingest.events.wire import (
    LARGE_BODY_BYTES,
    MAX_EVENTS,
    MAX_KEPT_BYTES,
    SMALL_BODY_BYTES,
    CanonicalEvent,
    EnvelopeError,
    Rejection,
    Verdict,
    WireEvent,
)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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
    body = body.removeprefix(_BYTE_ORDER_MARK)
    _require_utf8(body)
    batch, others = _read(body)
    accepted: list[CanonicalEvent] = []
    rejected: list[Rejection] = []
    receipt = Receipt.at(now)
    for index, item in enumerate(batch):
        try:
            event = item if isinstance(item, WireEvent) else event_alone(item)
            one = canonical(event, receipt)
            if others and others[index] != item and canonical(event_alone(others[index]), receipt) != one:
                raise unpaired_surrogate()
        except Rejected as rejection:
            rejected.append(Rejection(index, rejection.reason, rejection.message, _kept(item), rejection.timestamp))
            continue
        accepted.append(one)
    return Verdict(accepted, rejected, receipt.stamp)


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


def _read(body: bytes) -> tuple[Sequence[WireEvent | msgspec.Raw], list[msgspec.Raw]]:
    """The events, decoded at once in the common way; else as :class:`Split` has them."""
    batch: Sequence[WireEvent | msgspec.Raw] | None = None
    others: list[msgspec.Raw] = []
    if len(body) <= SMALL_BODY_BYTES or (
        len(body) <= LARGE_BODY_BYTES and (has_few_numbers(body) or not has_exponent(body))
    ):
        with contextlib.suppress(msgspec.MsgspecError, RecursionError):
            batch = _decode_envelope(body).events
    if batch is None:
        batch, others = split(body)
    if not batch:
        raise EnvelopeError(EVENTS_MISSING)
    if len(batch) > MAX_EVENTS:
        raise too_many_events(len(batch))
    return batch, others


def _kept(item: WireEvent | msgspec.Raw) -> bytes:
    event = _encode(item)
    return event if len(event) <= MAX_KEPT_BYTES else b""
