"""Splits a body into its events, so that each can be decoded by itself.

Slower than the common way, and only for a body that is large or in which something is wrong. What an unknown member
holds is passed over by the decoder at the speed of a memory copy, and no more events are made than a request may have.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from audioscape_server.ingest.events.counting import count_elements
from audioscape_server.ingest.events.numbers import may_be_slow
from audioscape_server.ingest.events.rejected import (
    Rejected,
    bad_asset,
    bad_duration,
    bad_event,
    bad_player,
    bad_timestamp,
    bad_type,
    describe,
)
from audioscape_server.ingest.events.surrogates import replace_unpaired
from audioscape_server.ingest.events.wire import MAX_EVENTS, EnvelopeError, WireEvent

TOO_DEEP = "Request body is nested too deep"


class _Members(msgspec.Struct, gc=False):
    """The members of an event, each still as text; empty when omitted."""

    type: msgspec.Raw = msgspec.Raw()
    asset_id: msgspec.Raw = msgspec.Raw()
    timestamp: msgspec.Raw = msgspec.Raw()
    player_id: msgspec.Raw = msgspec.Raw()
    duration: msgspec.Raw = msgspec.Raw()
    value: msgspec.Raw = msgspec.Raw()
    metadata: msgspec.Raw = msgspec.Raw()


# A list would make all elements, be they millions; of what a struct has no field for, nothing is made.
_FirstEvents = msgspec.defstruct(
    "_FirstEvents",
    [(f"event_{number}", msgspec.Raw, msgspec.Raw()) for number in range(MAX_EVENTS + 1)],
    array_like=True,
    gc=False,
)

#: By the member that they are in.
_envelopes: dict[str, Callable[[bytes], msgspec.Struct]] = {
    member: msgspec.json.Decoder(msgspec.defstruct("_Envelope", [(member, msgspec.Raw)], gc=False)).decode
    for member in ("events", "lists")
}
_decode_first_events: Callable[[msgspec.Raw], msgspec.Struct] = msgspec.json.Decoder(_FirstEvents).decode
_decode_event = msgspec.json.Decoder(WireEvent).decode
_decode_members = msgspec.json.Decoder(_Members).decode


class Split(NamedTuple):
    """The events of a body, each still as text."""

    events: list[msgspec.Raw]
    others: list[msgspec.Raw]
    """The same events with another character where an unpaired surrogate stood; empty when there was none."""


def split(body: bytes, member: str = "events") -> Split:
    """The events of a body, or what else it has in a member.

    Raises:
        EnvelopeError: there are none to be found, or too many.
    """
    try:
        return Split(_events_of(body, member), [])
    except msgspec.DecodeError as error:
        bodies = replace_unpaired(body)
        if bodies is None:
            raise _not_json(error) from None
    try:
        shown, other = (_events_of(body, member) for body in bodies)
    except msgspec.DecodeError as error:
        raise _not_json(error) from None
    return Split(shown, other)


def event_alone(raw: msgspec.Raw) -> WireEvent:
    """Decode one event by itself.

    Raises:
        Rejected: it is no object, or a member has the wrong type.
    """
    text = bytes(raw)
    if not may_be_slow(text):
        with contextlib.suppress(msgspec.ValidationError):
            return _decode_event(text)
    return _event_by_member(text)


def _events_of(body: bytes, member: str) -> list[msgspec.Raw]:
    try:
        (array,) = msgspec.structs.astuple(_envelopes[member](body))
        first = msgspec.structs.astuple(_decode_first_events(array))
    except msgspec.ValidationError:
        raise missing(member) from None
    except RecursionError:
        raise EnvelopeError(TOO_DEEP) from None
    events = [raw for raw in first if raw]
    if len(events) > MAX_EVENTS:
        raise too_many(count_elements(bytes(array).decode()), member)
    return events


def missing(member: str) -> EnvelopeError:
    """A body without events, or what else it was to bring."""
    return EnvelopeError(f'Request body must contain {"an" if member == "events" else "a"} "{member}" array')


def too_many(count: int | None, member: str) -> EnvelopeError:
    """A body with more events than a request carries; ``count`` is None when nobody can count them."""
    if count is None:
        return EnvelopeError(TOO_DEEP)
    return EnvelopeError(f"A request carries at most {MAX_EVENTS} {member}, got {count}")


def _not_json(error: msgspec.DecodeError) -> EnvelopeError:
    found = str(error).removeprefix("JSON is malformed: ")
    return EnvelopeError(f"Request body is not valid JSON: {found}")


def _event_by_member(text: bytes) -> WireEvent:
    """Decode only what counts of an event, and say which member is wrong."""
    try:
        members = _decode_members(text)
    except msgspec.ValidationError:
        raise bad_event(describe(text)) from None
    event = WireEvent(type="", value=members.value, metadata=members.metadata)
    for name, (member_type, refuse) in _MEMBERS.items():
        member = bytes(getattr(members, name))
        if member in (b"", b"null"):
            continue
        try:
            setattr(event, name, msgspec.json.decode(member, type=member_type))
        except msgspec.ValidationError:
            raise refuse(member) from None
    if not event.type:
        raise bad_type(describe(bytes(members.type)) if members.type else "none")
    return event


#: How each member is decoded by itself, and how it is refused.
_MEMBERS: dict[str, tuple[Any, Callable[[bytes], Rejected]]] = {
    "type": (str, lambda text: bad_type(describe(text))),
    "asset_id": (str, lambda text: bad_asset(describe(text))),
    "timestamp": (float, lambda text: bad_timestamp(describe(text))),
    # Not echoed: it names a player, and the message is kept with the sample.
    "player_id": (str, lambda text: bad_player(describe(text, echo=False))),
    "duration": (float, lambda text: bad_duration(describe(text))),
}
