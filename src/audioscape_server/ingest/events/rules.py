"""What a well-typed event must still obey."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from audioscape_server.ingest.events.metadata import metadata_text
from audioscape_server.ingest.events.rejected import (
    Rejected,
    bad_asset,
    bad_duration,
    bad_type,
    bad_vote,
    missing_asset,
    quoted,
    shown,
)
from audioscape_server.ingest.events.wire import (
    BUILT_IN_TYPES,
    MAX_AGE_S,
    MAX_AHEAD_S,
    MAX_ASSET_DIGITS,
    MAX_ASSET_ID,
    MAX_DURATION_S,
    MAX_PLAYER_CHARS,
    MAX_TYPE_CHARS,
    MILLISECONDS_FROM,
    VOTES,
    CanonicalEvent,
    Reason,
    WireEvent,
)

_VOTES = {f'"{vote}"'.encode(): vote for vote in VOTES}
_decode_vote = msgspec.json.Decoder(Literal["up", "down"]).decode


class Receipt(NamedTuple):
    """When a batch was received, and what that allows; Unix seconds."""

    stamp: float
    """The timestamp of events that bring none."""
    oldest: float
    latest: float

    @classmethod
    def at(cls, now: float) -> Receipt:
        """The bounds of a timestamp. The oldest second is allowed to its beginning: clients count whole seconds."""
        return cls(round(now, 3), now // 1 - MAX_AGE_S, now + MAX_AHEAD_S)


def may_be_in_time(timestamp: float, earliest: float, latest: float) -> bool:
    """Whether an event with this timestamp is in time when it is received between two times; all in Unix seconds."""
    return Receipt.at(earliest).oldest <= timestamp <= latest + MAX_AHEAD_S


def canonical(event: WireEvent, receipt: Receipt) -> CanonicalEvent:
    """The rules that types cannot express, in the order of the fields. Hot: one call per event.

    Raises:
        Rejected: the event breaks one.
    """
    stamp, oldest, latest = receipt
    kind = event.type
    if not 0 < len(kind) <= MAX_TYPE_CHARS:
        raise bad_type(f"{len(kind)}")
    asset_id = None
    digits = event.asset_id
    if digits is not None:
        # isdigit alone would let other scripts' digits through.
        if not (len(digits) <= MAX_ASSET_DIGITS and digits.isascii() and digits.isdigit()):
            raise bad_asset(quoted(digits))
        asset_id = int(digits)
        if asset_id > MAX_ASSET_ID:
            raise bad_asset(quoted(digits))
    elif kind in BUILT_IN_TYPES:
        raise missing_asset(kind)
    timestamp = event.timestamp
    if timestamp is None:
        timestamp = stamp
    elif not oldest <= timestamp <= latest:
        raise out_of_time(timestamp, latest)
    player_id = event.player_id or ""
    if len(player_id) > MAX_PLAYER_CHARS:
        player_id = player_id[:MAX_PLAYER_CHARS]
    duration = event.duration
    if duration is not None and not 0 <= duration <= MAX_DURATION_S:
        raise bad_duration(shown(duration))
    return (
        kind,
        asset_id,
        timestamp,
        player_id,
        duration,
        _vote(event.value) if kind == "vote" else "",
        metadata_text(event.metadata) if event.metadata else "",
    )


def _vote(value: msgspec.Raw) -> str:
    vote = _VOTES.get(bytes(value))
    if vote is None:
        try:
            vote = _decode_vote(value)  # a text may be written with escapes
        except msgspec.MsgspecError:
            raise bad_vote() from None
    return vote


def out_of_time(timestamp: float, latest: float, field: str = "timestamp") -> Rejected:
    """A timestamp that is too old, or too far ahead."""
    found = shown(timestamp)
    if timestamp >= MILLISECONDS_FROM:
        return Rejected(
            Reason.TIMESTAMP_MILLISECONDS,
            f"{field} must be Unix seconds, got {found}, which looks like milliseconds",
        )
    if timestamp <= latest:
        return Rejected(Reason.TIMESTAMP_TOO_OLD, f"{field} may be at most 7 days ago, got {found}", timestamp)
    return Rejected(Reason.TIMESTAMP_TOO_FAR_AHEAD, f"{field} may be at most 5 minutes ahead, got {found}", timestamp)
