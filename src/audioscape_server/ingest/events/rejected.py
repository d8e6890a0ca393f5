"""How the rejection of one event reads: the field, the rule, and what was found, in under 200 characters."""

from __future__ import annotations

import math

import msgspec

from audioscape_server.ingest.events.wire import (
    ECHO_CHARS,
    MAX_ASSET_DIGITS,
    MAX_ASSET_ID,
    MAX_DURATION_S,
    MAX_METADATA_KEYS,
    MAX_SERVED_ASSETS,
    MAX_TYPE_CHARS,
    Reason,
)

_decode_text = msgspec.json.Decoder(str).decode


class Rejected(Exception):  # noqa: N818 - control flow inside this package, never seen outside
    """One event is not accepted, and why; ``timestamp`` is the one that our clock refuses, if it does."""

    def __init__(self, reason: Reason, message: str, timestamp: float | None = None) -> None:
        self.reason = reason
        self.message = message
        self.timestamp = timestamp


def bad_event(found: str) -> Rejected:
    """An event that is no object."""
    return Rejected(Reason.NOT_AN_OBJECT, f"an event must be an object, got {found}")


def unpaired_surrogate() -> Rejected:
    """A text that counts has half a character."""
    return Rejected(Reason.UNPAIRED_SURROGATE, "a text has an unpaired surrogate (\\ud800 to \\udfff)")


def bad_type(found: str) -> Rejected:
    """A type that is none."""
    return Rejected(Reason.TYPE_INVALID, f"type must be a string of 1 to {MAX_TYPE_CHARS} characters, got {found}")


def bad_asset(found: str) -> Rejected:
    """An asset id that is none."""
    return Rejected(
        Reason.ASSET_ID_INVALID,
        f"asset_id must be a string of 1 to {MAX_ASSET_DIGITS} decimal digits, at most {MAX_ASSET_ID}, got {found}",
    )


def missing_asset(kind: str) -> Rejected:
    """A built-in type without an asset id."""
    return Rejected(Reason.ASSET_ID_MISSING, f"asset_id is required for {kind} events, found none")


def bad_timestamp(found: str, field: str = "timestamp") -> Rejected:
    """A timestamp that is no number."""
    return Rejected(Reason.TIMESTAMP_INVALID, f"{field} must be a number of Unix seconds, got {found}")


def bad_player(found: str) -> Rejected:
    """A player id that is no text."""
    return Rejected(Reason.PLAYER_ID_INVALID, f"player_id must be a string, got {found}")


def bad_duration(found: str) -> Rejected:
    """A duration that is no number, or out of bounds."""
    return Rejected(
        Reason.DURATION_INVALID,
        f"duration must be a finite number from 0 to {MAX_DURATION_S} seconds (400 days), got {found}",
    )


def bad_vote() -> Rejected:
    """A vote that is neither up nor down. The text is part of the contract."""
    return Rejected(Reason.VOTE_VALUE_INVALID, 'vote events require value "up" or "down"')


def bad_metadata(found: str) -> Rejected:
    """Metadata that is no object."""
    return Rejected(Reason.METADATA_INVALID, f"metadata must be an object, got {found}")


def too_many_keys(found: str) -> Rejected:
    """Metadata with too many keys."""
    return Rejected(Reason.METADATA_TOO_MANY_KEYS, f"metadata may have at most {MAX_METADATA_KEYS} keys, got {found}")


def bad_metadata_value(key: str, found: str) -> Rejected:
    """A metadata value of a kind that is not taken."""
    return Rejected(
        Reason.METADATA_VALUE_INVALID,
        f'metadata values must be strings, finite numbers or booleans, got {found} under "{cut(key)}"',
    )


def bad_list(found: str) -> Rejected:
    """A served list that is no object."""
    return Rejected(Reason.NOT_AN_OBJECT, f"a list must be an object, got {found}")


def bad_query(found: str) -> Rejected:
    """A query that is no text, or one of white space."""
    return Rejected(Reason.QUERY_INVALID, f"query must be a string that is not blank, got {found}")


def bad_assets(found: str) -> Rejected:
    """The assets of a served list are no array of ids."""
    return Rejected(Reason.ASSETS_INVALID, f"assets must be an array of 1 to {MAX_SERVED_ASSETS} strings, got {found}")


def bad_served_asset(place: int, found: str) -> Rejected:
    """One of the assets of a served list is none."""
    return Rejected(
        Reason.ASSETS_INVALID,
        f"assets[{place}] must be a string of 1 to {MAX_ASSET_DIGITS} decimal digits, at most {MAX_ASSET_ID}, "
        f"got {found}",
    )


def repeated_asset(place: int, found: str) -> Rejected:
    """One of the assets of a served list is in it already."""
    return Rejected(Reason.ASSETS_INVALID, f"assets must differ, got {found} again at assets[{place}]")


def describe(text: bytes, *, echo: bool = True) -> str:
    """A valid JSON value by its kind and, with ``echo``, a scalar's first characters: what a message says was found."""
    match text[:1]:
        case b"{":
            return "an object"
        case b"[":
            return "an array"
        case b'"':
            return quoted(_decode_text(text)) if echo else "a string"
        case b"t" | b"f" | b"n":
            return text.decode()
        case _:
            return _describe_number(text) if echo else "a number"


def quoted(text: str) -> str:
    """A text as a message repeats it."""
    return f'string "{cut(text)}"'


def shown(number: float) -> str:
    """A number as a message repeats it: 5, not 5.0."""
    return f"number {str(number).removesuffix('.0')}"


def cut(text: str) -> str:
    """The first characters of a text, fit to be shown: control characters and quotes cannot fake a message."""
    first = text[: ECHO_CHARS + 1]
    first = "".join(char if char.isprintable() and char != '"' else "?" for char in first)
    return first if len(first) <= ECHO_CHARS else first[:ECHO_CHARS] + "…"


def _describe_number(text: bytes) -> str:
    return f"number {cut(text.decode())}" if math.isfinite(float(text)) else "a number out of range"
