"""The vocabulary of the wire: its limits, its types, and the reasons for a rejection."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import msgspec

#: Events in one request, at most; and served lists.
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
#: Assets in one served list, at most: further down nobody looks.
MAX_SERVED_ASSETS = 100
#: A query is cut to this many characters, as the warehouse cuts that of a click.
MAX_QUERY_CHARS = 256
#: Seconds of a track's length or of listening, at most: 400 days. One broken client must not ruin every sum.
MAX_DURATION_S = 34_560_000
#: Seconds an event may be late: clients retry for days after an outage.
MAX_AGE_S = 7 * 86_400
#: Seconds an event may be ahead: clocks of game servers drift.
MAX_AHEAD_S = 300
#: A timestamp above this (the year 5138 in seconds, 1973 in milliseconds) is taken for milliseconds.
MILLISECONDS_FROM = 1e11
#: Characters of a refused value that a message repeats.
ECHO_CHARS = 40
#: Bytes of a refused event that are kept for a sample, at most; a larger one is kept by its message alone.
MAX_KEPT_BYTES = 8 * 1024
#: Bytes of a body that is small enough to be decoded at once without a look at it.
SMALL_BODY_BYTES = 16 * 1024
#: Bytes above which a body is large: 500 usual events have less. A large body is judged in steps that are each short
#: whatever it holds, so that a thread can do it while the event loop goes on.
LARGE_BODY_BYTES = 128 * 1024

BUILT_IN_TYPES = frozenset(
    {"play", "stop", "skip", "vote", "favorite", "unfavorite", "add_to_queue", "search_click"},
)
VOTES = ("up", "down")
#: The type of the event that a served list is stored as.
SERVED_TYPE = "search_served"

CanonicalEvent = tuple[str, int | None, float, str, float | None, str, str]


class Reason(StrEnum):
    """Why an event was rejected. A closed set: clients are debugged, counted and tested by it."""

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
    QUERY_INVALID = "query_invalid"
    ASSETS_INVALID = "assets_invalid"


class EnvelopeError(ValueError):
    """The body as a whole can't be judged. Its text is the answer to the client (400)."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """One rejected event: its place in the batch, the reason, and a message of under 200 characters."""

    index: int
    reason: Reason
    message: str
    event: bytes
    """The event's JSON, for the redacted sample that is kept; empty when it is too large for one."""
    timestamp: float | None = None
    """The timestamp that is too old or too far ahead, Unix seconds; None when another rule rejects the event."""
    member: str = "events"
    """The member of the body that it came in."""

    def __str__(self) -> str:
        """As the answer to the client lists it."""
        return f"{self.member}[{self.index}]: {self.message}"


class Verdict(NamedTuple):
    """What became of a batch."""

    accepted: list[CanonicalEvent]
    rejected: list[Rejection]
    received_at: float
    """The timestamp of events that brought none: this very object, so that they can be told from others."""

    @property
    def stamped(self) -> bool:
        """Every accepted event brought its own timestamp and player: an identical batch is a repeat, no coincidence."""
        return all(event[2] is not self.received_at and event[3] for event in self.accepted)


class WireEvent(msgspec.Struct, gc=False, omit_defaults=True):
    """An event as the wire types it. Unknown members are ignored; null counts as omitted.

    ``value`` and ``metadata`` are left as JSON text, empty when omitted: the one is ignored on all events but votes,
    whatever it is, and of the other the text itself is stored.
    """

    type: str
    asset_id: str | None = None
    timestamp: float | None = None
    player_id: str | None = None
    duration: float | None = None
    value: msgspec.Raw = msgspec.Raw()
    metadata: msgspec.Raw = msgspec.Raw()
