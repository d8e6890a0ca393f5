"""What a well-typed event must still obey, and how a rejection reads."""

from __future__ import annotations

import math
import sys
from typing import Any

import msgspec

from audioscape_server.ingest.events.wire import (
    BUILT_IN_TYPES,
    ECHO_CHARS,
    MAX_AGE_S,
    MAX_AHEAD_S,
    MAX_ASSET_DIGITS,
    MAX_ASSET_ID,
    MAX_METADATA_KEYS,
    MAX_PLAYER_CHARS,
    MAX_TYPE_CHARS,
    MILLISECONDS_FROM,
    VOTES,
    CanonicalEvent,
    Reason,
    WireEvent,
)

_encode = msgspec.json.Encoder().encode
_decode_any = msgspec.json.Decoder().decode


class Rejected(Exception):  # noqa: N818 - control flow inside this package, never seen outside
    """One event is not accepted, and why."""

    def __init__(self, reason: Reason, message: str) -> None:
        self.reason = reason
        self.message = message


def canonical(event: WireEvent, now: float) -> CanonicalEvent:
    """The rules that types cannot express, in the order of the fields. Hot: one call per event."""
    kind = event.type
    if not 0 < len(kind) <= MAX_TYPE_CHARS:
        raise Rejected(Reason.TYPE_INVALID, f"type must have 1 to {MAX_TYPE_CHARS} characters, got {len(kind)}")
    asset_id = None
    digits = event.asset_id
    if digits is not None:
        # isdigit alone would let other scripts' digits through.
        if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_ASSET_DIGITS):
            raise bad_asset(f'"{cut(digits)}"')
        asset_id = int(digits)
        if asset_id > MAX_ASSET_ID:
            raise bad_asset(f'"{digits}"')
    elif kind in BUILT_IN_TYPES:
        raise Rejected(Reason.ASSET_ID_MISSING, f"asset_id is required for {kind} events, found none")
    timestamp = event.timestamp
    if timestamp is None:
        timestamp = round(now, 3)
    elif not now // 1 - MAX_AGE_S <= timestamp <= now + MAX_AHEAD_S:
        raise _bad_time(timestamp, now)
    player_id = event.player_id or ""
    duration = event.duration
    if duration is not None and duration < 0:
        raise Rejected(Reason.DURATION_INVALID, f"duration must be a finite number of 0 or more, got {duration}")
    value = ""
    if kind == "vote":
        value = event.value or ""
        if value not in VOTES:
            raise bad_vote()
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
        raise Rejected(Reason.METADATA_INVALID, f"metadata must be an object, got an array of {len(metadata)}")
    if len(metadata) > MAX_METADATA_KEYS:
        found = len(metadata)
        raise Rejected(
            Reason.METADATA_TOO_MANY_KEYS,
            f"metadata may have at most {MAX_METADATA_KEYS} keys, got {found}",
        )
    for key, value in metadata.items():
        # JSON has integers of any length; beyond a double's range no reader of ours or theirs could hold them.
        if type(value) is int and abs(value) > sys.float_info.max:
            raise bad_metadata_value(key, "a number out of range")
    return _encode(metadata).decode()


def bad_asset(found: str) -> Rejected:
    """An asset id that is none; ``found`` says what it is."""
    return Rejected(
        Reason.ASSET_ID_INVALID,
        f"asset_id must be a string of 1 to {MAX_ASSET_DIGITS} decimal digits, at most {MAX_ASSET_ID}, got {found}",
    )


def _bad_time(timestamp: float, now: float) -> Rejected:
    found = cut(str(timestamp))
    if timestamp >= MILLISECONDS_FROM:
        return Rejected(
            Reason.TIMESTAMP_MILLISECONDS,
            f"timestamp must be Unix seconds, got {found}, which looks like milliseconds",
        )
    if timestamp < now:
        return Rejected(Reason.TIMESTAMP_TOO_OLD, f"timestamp may be at most 7 days ago, got {found}")
    return Rejected(Reason.TIMESTAMP_TOO_FAR_AHEAD, f"timestamp may be at most 5 minutes ahead, got {found}")


def bad_vote() -> Rejected:
    """A vote that is neither up nor down. The text is part of the contract."""
    return Rejected(Reason.VOTE_VALUE_INVALID, 'vote events require value "up" or "down"')


def bad_metadata_value(key: str, found: str) -> Rejected:
    """A metadata value of a type that is not taken; ``found`` says which."""
    return Rejected(
        Reason.METADATA_VALUE_INVALID,
        f'metadata values must be strings, finite numbers or booleans, got {found} under "{cut(key)}"',
    )


def describe(text: msgspec.Raw, *, echo: bool = True) -> str:
    """A JSON value by its kind and, with ``echo``, a scalar's first characters: what a message says was found."""
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
            return f'string "{cut(value)}"' if echo else "a string"
        case dict():
            return "an object"
        case list():
            return "an array"
        case _ if isinstance(value, float) and not math.isfinite(value):
            return "a number out of range"
        case _:
            return f"number {cut(str(value))}" if echo else "a number"


def cut(text: str) -> str:
    """The first characters of a text, fit to be shown: control characters and quotes cannot fake a message."""
    shown = text[: ECHO_CHARS + 1]
    shown = "".join(char if char.isprintable() and char != '"' else "?" for char in shown)
    return shown if len(shown) <= ECHO_CHARS else shown[:ECHO_CHARS] + "…"
