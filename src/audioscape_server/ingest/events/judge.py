"""The verdict on a body."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from audioscape_server.ingest.events.numbers import has_exponent, has_few_numbers
from audioscape_server.ingest.events.one_by_one import TOO_DEEP, event_alone, missing, split, too_many
from audioscape_server.ingest.events.rejected import Rejected, unpaired_surrogate
from audioscape_server.ingest.events.rules import Receipt, canonical
from audioscape_server.ingest.events.served import served_event
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

#: The events, or what else a body brings, and as :class:`Split` has them.
_Found = tuple[Sequence[Any], list[msgspec.Raw]]
_Rules = Callable[[Any, Receipt], CanonicalEvent]

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
    return _verdict("events", _read(_text(body)), _event, now)


def judge_lists(body: bytes, now: float) -> Verdict:
    """Judge every served list of a request body, as :func:`judge` does events: each becomes one event."""
    found = split(_text(body), "lists")
    if not found.events:
        raise missing("lists")
    return _verdict("lists", found, served_event, now)


def _verdict(member: str, found: _Found, canonical_event: _Rules, now: float) -> Verdict:
    batch, others = found
    accepted: list[CanonicalEvent] = []
    rejected: list[Rejection] = []
    receipt = Receipt.at(now)
    for index, item in enumerate(batch):
        try:
            one = canonical_event(item, receipt)
            if others and others[index] != item and canonical_event(others[index], receipt) != one:
                raise unpaired_surrogate()
        except Rejected as rejection:
            reason, message, timestamp = rejection.reason, rejection.message, rejection.timestamp
            rejected.append(Rejection(index, reason, message, _kept(item), timestamp, member))
            continue
        except RecursionError:
            # Just deep enough to be split, and too deep for the rules, which are called from further down.
            raise EnvelopeError(TOO_DEEP) from None
        accepted.append(one)
    return Verdict(accepted, rejected, receipt.stamp)


def _event(item: WireEvent | msgspec.Raw, receipt: Receipt) -> CanonicalEvent:
    return canonical(item if isinstance(item, WireEvent) else event_alone(item), receipt)


def encode_events(accepted: list[CanonicalEvent]) -> bytes:
    """Canonical events as JSON, an array of arrays: what the spool stores."""
    return _encode(accepted)


def _text(body: bytes) -> bytes:
    body = body.removeprefix(_BYTE_ORDER_MARK)
    _require_utf8(body)
    return body


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
        raise missing("events")
    if len(batch) > MAX_EVENTS:
        raise too_many(len(batch), "events")
    return batch, others


def _kept(item: WireEvent | msgspec.Raw) -> bytes:
    event = _encode(item)
    return event if len(event) <= MAX_KEPT_BYTES else b""
