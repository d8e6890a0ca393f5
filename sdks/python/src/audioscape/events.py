"""From the arguments of a `track…` call to the bytes of one event.

Invariants:

* What `encode` returns is one complete JSON object in valid UTF-8 of at most `MAX_EVENT_BYTES`, whatever came in: an
  event in the queue can't spoil the batch it travels in, nor change after it was tracked.
* The only exception that leaves `encode` is `Unsendable`, with a message for the developer.
* Only what cannot be put into JSON is mended or refused here. Whether an event makes sense is the server's to judge.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

#: Bytes of one event's JSON. With the default queue of 500 this bounds the memory of the queue to 16 MB.
MAX_EVENT_BYTES = 32_768

#: Characters of a type: the server refuses longer ones.
MAX_TYPE_LENGTH = 128

#: Characters of a player's id: the server cuts there, so the rest need not travel.
MAX_PLAYER_ID_LENGTH = 256

#: Keys of an event's metadata: the server refuses more.
MAX_METADATA_KEYS = 10


class Unsendable(Exception):  # noqa: N818 - it is a verdict on an event, and never reaches the host
    """The event cannot be sent; the text says why."""


def encode(
    type_: object,
    asset_id: object,
    player_id: object,
    duration: object,
    value: object,
    metadata: object,
    timestamp: object,
    now: float,
) -> bytes:
    """The JSON of one event. `timestamp` (Unix seconds) defaults to `now`.

    Raises:
        Unsendable: it can't be mended; nothing else is ever raised.
    """
    try:
        return _encode(type_, asset_id, player_id, duration, value, metadata, timestamp, now)
    except Unsendable:
        raise
    except Exception as error:  # noqa: BLE001 - an argument whose own methods raise
        raise Unsendable(f"the event could not be read: {type(error).__name__}") from None


def decode(event: bytes) -> dict[str, Any]:
    """The event as it was sent, for the developer's callbacks."""
    return json.loads(event)


def _encode(
    type_: object,
    asset_id: object,
    player_id: object,
    duration: object,
    value: object,
    metadata: object,
    timestamp: object,
    now: float,
) -> bytes:
    # Built by hand, as json.dumps would take longer than all the rest of track().
    if not isinstance(type_, str) or not 0 < len(type_) <= MAX_TYPE_LENGTH:
        raise Unsendable(f"type must be a string of 1 to {MAX_TYPE_LENGTH} characters")
    text = '{"type":' + encode_basestring(type_)
    if asset_id is not None:
        text += ',"asset_id":' + encode_basestring(_id("asset_id", asset_id))
    if player_id is not None:
        text += ',"player_id":' + encode_basestring(_id("player_id", player_id)[:MAX_PLAYER_ID_LENGTH])
    if duration is not None and (number := _number(duration)) is not None:
        text += ',"duration":' + number
    if isinstance(value, str):
        text += ',"value":' + encode_basestring(value)
    if metadata is not None and (members := _metadata(metadata)):
        text += ',"metadata":{' + members + "}"
    stamp = None if timestamp is None else _number(timestamp)
    text += ',"timestamp":' + (stamp or repr(now)) + "}"
    if len(text) > MAX_EVENT_BYTES:
        raise _oversize(len(text))
    event = _utf8(text)
    if len(event) > MAX_EVENT_BYTES:
        raise _oversize(len(event))
    return event


def _oversize(size: int) -> Unsendable:
    return Unsendable(f"the event is {size} bytes or more; at most {MAX_EVENT_BYTES} can be sent")


def _id(field: str, value: object) -> str:
    """An id as text: a whole number, as Roblox has them, becomes its digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, bool):
        try:
            return str(int(operator.index(value)))  # type: ignore[arg-type] - it raises TypeError for what is no integer
        except (TypeError, ValueError):
            pass
    raise Unsendable(f"{field} must be a string or a whole number, not {type(value).__name__}")


def _number(value: object) -> str | None:
    """A finite number as JSON; None for anything else."""
    if isinstance(value, (bool, str)):
        return None
    try:
        if isinstance(value, int):
            return int.__repr__(value) if math.isfinite(value) else None
        real = float(value)  # type: ignore[arg-type] - it raises TypeError for what is no number
    except (TypeError, ValueError, OverflowError):
        return None
    return float.__repr__(real) if math.isfinite(real) else None


def _metadata(metadata: object) -> str:
    """The members of the metadata object, without its braces; "" if there are none."""
    if not isinstance(metadata, Mapping):
        return ""
    members: dict[str, str] = {}
    for key, value in metadata.items():  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(key, str):
            continue
        if isinstance(value, str):
            members[key] = encode_basestring(value)
        elif isinstance(value, bool):
            members[key] = "true" if value else "false"
        elif (number := _number(value)) is not None:  # pyright: ignore[reportUnknownArgumentType]
            members[key] = number
    keys = members if len(members) <= MAX_METADATA_KEYS else sorted(members)[:MAX_METADATA_KEYS]
    return ",".join([encode_basestring(key) + ":" + members[key] for key in keys])


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # halves of characters: whole pairs are joined, lone ones become U+FFFD
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
