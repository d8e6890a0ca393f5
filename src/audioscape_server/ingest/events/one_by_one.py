"""Takes a body apart that does not decode at once, so that every event can be judged by itself.

Slower than the common way, and only ever run for a body in which something is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from audioscape_server.ingest.events.rules import Rejected, bad_asset, bad_metadata_value, bad_vote, describe
from audioscape_server.ingest.events.wire import MAX_METADATA_KEYS, MAX_TYPE_CHARS, EnvelopeError, Reason, WireEvent

EVENTS_MISSING = 'Request body must contain an "events" array'
_TOO_DEEP = "Request body is nested too deep"

_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_event = msgspec.json.Decoder(WireEvent).decode

# An escaped pair of backslashes and a proper surrogate pair are looked past; what is left over is unpaired.
_SURROGATE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<unpaired>\\u[dD][89a-fA-F][0-9a-fA-F]{2})",
)


class Apart(NamedTuple):
    """The events of a body, each still as text."""

    events: list[msgspec.Raw]
    mark: str
    """Stands where an unpaired surrogate stood; empty when there was none."""


def take_apart(body: bytes) -> Apart:
    """Find the events of a body that did not decode at once.

    Raises:
        EnvelopeError: there are none to be found.
    """
    try:
        return Apart(_events_of(body), "")
    except msgspec.DecodeError as error:
        # No body can hold its own digest, so no text of a client's is taken for the mark. It begins with no hex digit,
        # which would complete a broken escape before it.
        mark = "~" + blake2b(body, digest_size=16).hexdigest()
        marked = _mark_surrogates(body, mark.encode())
        try:
            return Apart(_events_of(marked), mark)
        except msgspec.DecodeError:
            found = str(error).removeprefix("JSON is malformed: ")
            raise EnvelopeError(f"Request body is not valid JSON: {found}") from None


def event_alone(raw: msgspec.Raw, mark: str) -> WireEvent:
    """Decode one event by itself.

    Raises:
        Rejected: it is no object, a member has the wrong type, or a text that counts has the mark.
    """
    try:
        event = _decode_event(raw)
    except (msgspec.MsgspecError, RecursionError):
        event = _event_by_member(raw)
    if mark:
        _require_unmarked(event, mark)
    return event


def _events_of(body: bytes) -> list[msgspec.Raw]:
    try:
        return _decode_list(_decode_members(body)["events"])
    except (msgspec.ValidationError, KeyError):
        raise EnvelopeError(EVENTS_MISSING) from None
    except RecursionError:
        raise EnvelopeError(_TOO_DEEP) from None


def _mark_surrogates(body: bytes, mark: bytes) -> bytes:
    """Replace escaped unpaired surrogates by a mark.

    They are valid JSON, but no text can hold them, and the decoder gives up on the whole body for one. Marked, the body
    decodes, and only the event that uses such a text is refused.
    """
    return _SURROGATE.sub(lambda found: mark if found["unpaired"] else found[0], body)


def _event_by_member(raw: msgspec.Raw) -> WireEvent:
    """Decode an event member by member: to say which one is wrong, and to pass over what the contract ignores."""
    try:
        members = _decode_members(raw)
    except msgspec.ValidationError:
        raise Rejected(Reason.NOT_AN_OBJECT, f"an event must be an object, got {describe(raw)}") from None
    event = WireEvent(type="")
    for name, (member_type, refuse) in _MEMBERS.items():
        text = members.get(name)
        if text is None or bytes(text) == b"null":
            continue
        if name == "value" and event.type != "vote":
            continue
        try:
            setattr(event, name, msgspec.json.decode(text, type=member_type))
        except (msgspec.MsgspecError, RecursionError):
            raise refuse(text) from None
    if not event.type:
        raise _bad_type(members.get("type"))
    return event


def _require_unmarked(event: WireEvent, mark: str) -> None:
    texts = [event.type, event.player_id or ""]
    if isinstance(event.metadata, dict):
        texts += [text for pair in event.metadata.items() for text in pair if isinstance(text, str)]
    if any(mark in text for text in texts):
        raise Rejected(Reason.UNPAIRED_SURROGATE, "a text has an unpaired surrogate (\\ud800 to \\udfff)")


def _bad_type(text: msgspec.Raw | None) -> Rejected:
    found = "none" if text is None else describe(text)
    return Rejected(Reason.TYPE_INVALID, f"type must be a string of 1 to {MAX_TYPE_CHARS} characters, got {found}")


def _bad_metadata(text: msgspec.Raw) -> Rejected:
    try:
        members = _decode_members(text)
    except msgspec.MsgspecError:
        return Rejected(Reason.METADATA_INVALID, f"metadata must be an object, got {describe(text)}")
    if len(members) > MAX_METADATA_KEYS:
        return Rejected(
            Reason.METADATA_TOO_MANY_KEYS,
            f"metadata may have at most {MAX_METADATA_KEYS} keys, got {len(members)}",
        )
    for key, value in members.items():
        try:
            msgspec.json.decode(value, type=str | bool | int | float)
        except (msgspec.MsgspecError, RecursionError):
            return bad_metadata_value(key, describe(value))
    return Rejected(Reason.METADATA_INVALID, "metadata must be an object with text names")


#: How each member is decoded when an event is taken apart, and how it is refused. ``type`` comes first: whether
#: ``value`` matters depends on it.
_MEMBERS: dict[str, tuple[Any, Callable[[msgspec.Raw], Rejected]]] = {
    "type": (str, _bad_type),
    "asset_id": (str, lambda text: bad_asset(describe(text))),
    "timestamp": (
        int | float,
        lambda text: Rejected(
            Reason.TIMESTAMP_INVALID,
            f"timestamp must be a number of Unix seconds, got {describe(text)}",
        ),
    ),
    "player_id": (
        str,
        # Not echoed: it names a player, and the message is kept with the sample.
        lambda text: Rejected(
            Reason.PLAYER_ID_INVALID, f"player_id must be a string, got {describe(text, echo=False)}"
        ),
    ),
    "duration": (
        float,
        lambda text: Rejected(
            Reason.DURATION_INVALID,
            f"duration must be a finite number of 0 or more, got {describe(text)}",
        ),
    ),
    "value": (str, lambda _: bad_vote()),
    "metadata": (dict[str, str | bool | int | float] | list[Any], _bad_metadata),
}
