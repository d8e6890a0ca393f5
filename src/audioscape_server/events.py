"""What the wire says, and which of it is accepted: bytes and a clock in, a verdict out. Pure.

A request body is ``{"events": [ … ]}`` with 1 to 500 events. Each event is judged alone: one bad event never costs
its neighbours. Two ways lead to the same verdict:

* the common way decodes the whole batch at once into typed structs and runs the rules that types cannot express;
* a batch that does not decode so is taken apart, and every event is decoded and judged by itself.

An accepted event becomes a *canonical row*, the one form that the spool stores and the warehouse unpacks::

    [type, asset_id | null, timestamp, player_id, duration | null, value, metadata]

``asset_id`` is a number, ``timestamp`` Unix seconds as sent (the time of receipt when it was omitted), ``player_id``
and ``value`` are ``""`` when absent, ``metadata`` is JSON text with the types it was sent with, ``""`` when empty.
Everything in a canonical row is valid UTF-8 and finite, whatever arrived.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

#: Events in one request, at most.
MAX_EVENTS = 500
#: Characters of a type, at most.
MAX_TYPE_CHARS = 128
#: Digits of an asset id, at most; the value is at most MAX_ASSET_ID, a signed 64-bit integer as Roblox uses.
MAX_ASSET_DIGITS = 19
MAX_ASSET_ID = 2**63 - 1
#: A player id is cut to this many characters, never refused for its length.
MAX_PLAYER_CHARS = 256
#: Keys in an event's metadata, at most.
MAX_METADATA_KEYS = 10
#: Seconds an event may be late: clients retry for days after an outage.
MAX_AGE_S = 7 * 86_400
#: Seconds an event may be ahead: clocks of game servers drift.
MAX_AHEAD_S = 300
#: A timestamp above this (the year 5138 in seconds, 1973 in milliseconds) is taken for milliseconds.
MILLISECONDS_FROM = 1e11
#: Characters of a refused value that a message repeats.
ECHO_CHARS = 40

BUILT_IN_TYPES = frozenset(
    {"play", "stop", "skip", "vote", "favorite", "unfavorite", "add_to_queue", "search_click"},
)
VOTES = ("up", "down")

CanonicalRow = tuple[str, int | None, float, str, float | None, str, str]


class Reason(StrEnum):
    """Why an event was refused. A closed set: clients are debugged, counted and tested by it."""

    NOT_AN_OBJECT = "not_an_object"
    UNPAIRED_SURROGATE = "unpaired_surrogate"
    TYPE_INVALID = "type_invalid"
    ASSET_ID_MISSING = "asset_id_missing"
    ASSET_ID_INVALID = "asset_id_invalid"
    TIMESTAMP_INVALID = "timestamp_invalid"
    TIMESTAMP_MILLISECONDS = "timestamp_milliseconds"
    TIMESTAMP_TOO_OLD = "timestamp_too_old"
    TIMESTAMP_TOO_FAR_AHEAD = "timestamp_too_far_ahead"
    PLAYER_ID_INVALID = "player_id_invalid"
    DURATION_INVALID = "duration_invalid"
    VOTE_VALUE_INVALID = "vote_value_invalid"
    METADATA_INVALID = "metadata_invalid"
    METADATA_TOO_MANY_KEYS = "metadata_too_many_keys"
    METADATA_VALUE_INVALID = "metadata_value_invalid"


class EnvelopeError(ValueError):
    """The body as a whole can't be judged. Its text is the answer to the client (400)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused event: its place in the batch, the reason, and a message of under 200 characters."""

    index: int
    reason: Reason
    message: str
    event: bytes
    """The event's JSON as received, for the redacted sample that is kept."""

    def __str__(self) -> str:
        """As the answer to the client lists it."""
        return f"events[{self.index}]: {self.message}"


class Verdict(NamedTuple):
    """What became of a batch."""

    accepted: list[CanonicalRow]
    refused: list[Refusal]
    stamped: bool
    """Every accepted event brought its own timestamp and player: an identical batch is a repeat, no coincidence."""


class WireEvent(msgspec.Struct, gc=False):
    """An event as the wire types it. Unknown members are ignored; null counts as omitted."""

    type: str
    asset_id: str | None = None
    timestamp: int | float | None = None
    player_id: str | None = None
    duration: float | None = None
    value: str | None = None
    metadata: dict[str, str | bool | int | float] | list[Any] | None = None


class _Envelope(msgspec.Struct, gc=False):
    events: list[WireEvent]


class _Refused(Exception):  # noqa: N818 - control flow inside this module, never seen outside
    def __init__(self, reason: Reason, message: str) -> None:
        self.reason = reason
        self.message = message


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_event = msgspec.json.Decoder(WireEvent).decode
_decode_any = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

# An escaped pair of backslashes and a proper surrogate pair are looked past; what is left over is unpaired.
_SURROGATE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<unpaired>\\u[dD][89a-fA-F][0-9a-fA-F]{2})",
)
#: Stands for an unpaired surrogate while an event is judged. Noncharacters, which no text should have.
_MARK = "\ufdd0\ufdd1\ufdd0"
_MARK_ESCAPED = _MARK.encode()

_EVENTS_MISSING = 'Request body must contain an "events" array'
_TOO_DEEP = "Request body is nested too deep"


def judge(body: bytes, now: float) -> Verdict:
    """Judge every event of a request body.

    Args:
        body: the request body, inflated.
        now: the time of receipt, Unix seconds.

    Returns:
        The canonical rows of the accepted events in their order, and the refusals in theirs.

    Raises:
        EnvelopeError: the body is not valid UTF-8 or JSON, is nested too deep, has no ``events`` array, or an empty or
            too long one.
    """
    _require_utf8(body)
    try:
        events = _decode_envelope(body).events
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _judge_apart(_events_of(body), now)
    _require_length(len(events))
    accepted: list[CanonicalRow] = []
    refused: list[Refusal] = []
    stamped = True
    for index, event in enumerate(events):
        try:
            row = _canonical(event, now)
        except _Refused as refusal:
            refused.append(Refusal(index, refusal.reason, refusal.message, _encode(event)))
            continue
        accepted.append(row)
        if event.timestamp is None or not row[3]:
            stamped = False
    return Verdict(accepted, refused, stamped)


def encode_rows(rows: list[CanonicalRow]) -> bytes:
    """Canonical rows as JSON, an array of arrays: what the spool stores."""
    return _encode(rows)


def _require_utf8(body: bytes) -> None:
    # The decoder skips over unknown members without looking at their encoding, so the whole body is checked here.
    try:
        if not body.isascii():
            body.decode()
    except UnicodeDecodeError as error:
        raise EnvelopeError(f"Request body is not valid UTF-8 (byte {error.start})") from None


def _require_length(count: int) -> None:
    if count == 0:
        raise EnvelopeError(_EVENTS_MISSING)
    if count > MAX_EVENTS:
        raise EnvelopeError(f"A request carries at most {MAX_EVENTS} events, got {count}")


def _canonical(event: WireEvent, now: float) -> CanonicalRow:
    """The rules that types cannot express, in the order of the fields. Hot: one call per event."""
    kind = event.type
    if not 0 < len(kind) <= MAX_TYPE_CHARS:
        raise _Refused(Reason.TYPE_INVALID, f"type must have 1 to {MAX_TYPE_CHARS} characters, got {len(kind)}")
    asset_id = None
    digits = event.asset_id
    if digits is not None:
        # isdigit alone would let other scripts' digits through.
        if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_ASSET_DIGITS):
            raise _bad_asset(f'"{_cut(digits)}"')
        asset_id = int(digits)
        if asset_id > MAX_ASSET_ID:
            raise _bad_asset(f'"{digits}"')
    elif kind in BUILT_IN_TYPES:
        raise _Refused(Reason.ASSET_ID_MISSING, f"asset_id is required for {kind} events, found none")
    timestamp = event.timestamp
    if timestamp is None:
        timestamp = round(now, 3)
    elif not now // 1 - MAX_AGE_S <= timestamp <= now + MAX_AHEAD_S:
        raise _bad_time(timestamp, now)
    player_id = event.player_id or ""
    duration = event.duration
    if duration is not None and duration < 0:
        raise _Refused(Reason.DURATION_INVALID, f"duration must be a finite number of 0 or more, got {duration}")
    value = ""
    if kind == "vote":
        value = event.value or ""
        if value not in VOTES:
            raise _bad_vote()
    metadata = event.metadata
    return (
        kind,
        asset_id,
        timestamp,
        player_id[:MAX_PLAYER_CHARS],
        duration,
        value,
        _metadata_text(metadata) if metadata else "",
    )


def _metadata_text(metadata: dict[str, str | bool | int | float] | list[Any]) -> str:
    if isinstance(metadata, list):
        raise _Refused(Reason.METADATA_INVALID, f"metadata must be an object, got an array of {len(metadata)}")
    if len(metadata) > MAX_METADATA_KEYS:
        found = len(metadata)
        raise _Refused(
            Reason.METADATA_TOO_MANY_KEYS,
            f"metadata may have at most {MAX_METADATA_KEYS} keys, got {found}",
        )
    for key, value in metadata.items():
        # JSON has integers of any length; beyond a double's range no reader of ours or theirs could hold them.
        if type(value) is int and abs(value) > sys.float_info.max:
            raise _bad_metadata_value(key, "a number out of range")
    return _encode(metadata).decode()


def _bad_asset(found: str) -> _Refused:
    return _Refused(
        Reason.ASSET_ID_INVALID,
        f"asset_id must be a string of 1 to {MAX_ASSET_DIGITS} decimal digits, at most {MAX_ASSET_ID}, got {found}",
    )


def _bad_time(timestamp: float, now: float) -> _Refused:
    found = _cut(str(timestamp))
    if timestamp >= MILLISECONDS_FROM:
        return _Refused(
            Reason.TIMESTAMP_MILLISECONDS,
            f"timestamp must be Unix seconds, got {found}, which looks like milliseconds",
        )
    if timestamp < now:
        return _Refused(Reason.TIMESTAMP_TOO_OLD, f"timestamp may be at most 7 days ago, got {found}")
    return _Refused(Reason.TIMESTAMP_TOO_FAR_AHEAD, f"timestamp may be at most 5 minutes ahead, got {found}")


def _bad_vote() -> _Refused:
    return _Refused(Reason.VOTE_VALUE_INVALID, 'vote events require value "up" or "down"')


def _bad_metadata_value(key: str, found: str) -> _Refused:
    return _Refused(
        Reason.METADATA_VALUE_INVALID,
        f'metadata values must be strings, finite numbers or booleans, got {found} under "{_cut(key)}"',
    )


def _events_of(body: bytes) -> list[msgspec.Raw]:
    """The events of a body that did not decode at once, each still as text."""
    try:
        events = _decode_list(_decode_members(body)["events"])
    except (msgspec.ValidationError, KeyError):
        raise EnvelopeError(_EVENTS_MISSING) from None
    except msgspec.DecodeError as error:
        marked = _mark_surrogates(body)
        if marked != body:
            return _events_of(marked)
        found = str(error).removeprefix("JSON is malformed: ")
        raise EnvelopeError(f"Request body is not valid JSON: {found}") from None
    except RecursionError:
        raise EnvelopeError(_TOO_DEEP) from None
    _require_length(len(events))
    return events


def _mark_surrogates(body: bytes) -> bytes:
    """Replace escaped unpaired surrogates by a mark.

    They are valid JSON, but no text can hold them, and the decoder gives up on the whole body for one. Marked, the body
    decodes, and only the event that uses such a text is refused.
    """
    return _SURROGATE.sub(lambda found: _MARK_ESCAPED if found["unpaired"] else found[0], body)


def _require_unmarked(event: WireEvent) -> None:
    texts = [event.type, event.player_id or ""]
    if isinstance(event.metadata, dict):
        texts += [text for pair in event.metadata.items() for text in pair if isinstance(text, str)]
    if any(_MARK in text for text in texts):
        raise _Refused(Reason.UNPAIRED_SURROGATE, "a text has an unpaired surrogate (\\ud800 to \\udfff)")


def _judge_apart(events: list[msgspec.Raw], now: float) -> Verdict:
    accepted: list[CanonicalRow] = []
    refused: list[Refusal] = []
    stamped = True
    for index, raw in enumerate(events):
        try:
            event = _event_alone(raw)
            _require_unmarked(event)
            row = _canonical(event, now)
        except _Refused as refusal:
            refused.append(Refusal(index, refusal.reason, refusal.message, bytes(raw)))
            continue
        accepted.append(row)
        if event.timestamp is None or not row[3]:
            stamped = False
    return Verdict(accepted, refused, stamped)


def _event_alone(raw: msgspec.Raw) -> WireEvent:
    try:
        return _decode_event(raw)
    except (msgspec.MsgspecError, RecursionError):
        return _event_by_member(raw)


def _event_by_member(raw: msgspec.Raw) -> WireEvent:
    """Decode an event member by member: to say which one is wrong, and to pass over what the contract ignores."""
    try:
        members = _decode_members(raw)
    except msgspec.ValidationError:
        raise _Refused(Reason.NOT_AN_OBJECT, f"an event must be an object, got {_describe(raw)}") from None
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


def _bad_type(text: msgspec.Raw | None) -> _Refused:
    found = "none" if text is None else _describe(text)
    return _Refused(Reason.TYPE_INVALID, f"type must be a string of 1 to {MAX_TYPE_CHARS} characters, got {found}")


def _bad_metadata(text: msgspec.Raw) -> _Refused:
    try:
        members = _decode_members(text)
    except msgspec.MsgspecError:
        return _Refused(Reason.METADATA_INVALID, f"metadata must be an object, got {_describe(text)}")
    if len(members) > MAX_METADATA_KEYS:
        return _Refused(
            Reason.METADATA_TOO_MANY_KEYS,
            f"metadata may have at most {MAX_METADATA_KEYS} keys, got {len(members)}",
        )
    for key, value in members.items():
        try:
            msgspec.json.decode(value, type=str | bool | int | float)
        except (msgspec.MsgspecError, RecursionError):
            return _bad_metadata_value(key, _describe(value))
    return _Refused(Reason.METADATA_INVALID, "metadata must be an object with text names")


#: How each member is decoded when an event is taken apart, and how it is refused. ``type`` comes first: whether
#: ``value`` matters depends on it.
_MEMBERS: dict[str, tuple[Any, Callable[[msgspec.Raw], _Refused]]] = {
    "type": (str, _bad_type),
    "asset_id": (str, lambda text: _bad_asset(_describe(text))),
    "timestamp": (
        int | float,
        lambda text: _Refused(
            Reason.TIMESTAMP_INVALID,
            f"timestamp must be a number of Unix seconds, got {_describe(text)}",
        ),
    ),
    "player_id": (
        str,
        lambda text: _Refused(Reason.PLAYER_ID_INVALID, f"player_id must be a string, got {_describe(text)}"),
    ),
    "duration": (
        float,
        lambda text: _Refused(
            Reason.DURATION_INVALID,
            f"duration must be a finite number of 0 or more, got {_describe(text)}",
        ),
    ),
    "value": (str, lambda _: _bad_vote()),
    "metadata": (dict[str, str | bool | int | float] | list[Any], _bad_metadata),
}


def _describe(text: msgspec.Raw) -> str:
    """A JSON value by its kind and, for a scalar, its first characters: what a message says was found."""
    raw = bytes(text)
    try:
        value = _decode_any(raw)
    except RecursionError:
        return "a value nested too deep"
    except msgspec.ValidationError:
        return "a number out of range"
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'string "{_cut(value)}"'
        case dict():
            return "an object"
        case list():
            return "an array"
        case _ if isinstance(value, float) and not math.isfinite(value):
            return "a number out of range"
        case _:
            return f"number {_cut(str(value))}"


def _cut(text: str) -> str:
    """The first characters of a text, fit to be shown: control characters and quotes cannot fake a message."""
    shown = text[: ECHO_CHARS + 1]
    shown = "".join(char if char.isprintable() and char != '"' else "?" for char in shown)
    return shown if len(shown) <= ECHO_CHARS else shown[:ECHO_CHARS] + "…"
