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

#: The fields of an event, as they are called on the wire.
FIELDS = ("type", "asset_id", "player_id", "duration", "value", "metadata", "timestamp")

#: What a host gives for each of `FIELDS`, in their order; None: nothing.
Fields = tuple[object, object, object, object, object, object, object]

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


def encode(fields: Fields, now: float, inherited: Mapping[str, str]) -> bytes:
    """The JSON of one event. `timestamp` (Unix seconds) defaults to `now`.

    `inherited`: what `members` made of the super-properties, in ascending order.

    Raises:
        Unsendable: it can't be mended; nothing else is ever raised.
    """
    try:
        return _encode(fields, now, inherited)
    except Unsendable:
        raise
    except Exception as error:  # noqa: BLE001 - an argument whose own methods raise
        raise Unsendable(f"the event could not be read: {type(error).__name__}") from None


def decode(event: bytes) -> dict[str, Any]:
    """The event as it was sent, for the developer's callbacks."""
    return json.loads(event)


def _encode(fields: Fields, now: float, inherited: Mapping[str, str]) -> bytes:
    type_, asset_id, player_id, duration, value, metadata, timestamp = fields
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
    if (metadata is not None or inherited) and (joined := _metadata(metadata, inherited)):
        text += ',"metadata":{' + joined + "}"
    stamp = None if timestamp is None else _number(timestamp)
    text += ',"timestamp":' + (stamp or repr(now)) + "}"
    if len(text) > MAX_EVENT_BYTES:
        raise _oversize(len(text))
    event = _utf8(text)
    if len(event) > MAX_EVENT_BYTES:
        raise _oversize(len(event))
    return event


def _oversize(size: int) -> Unsendable:
    return Unsendable(f"the event may have at most {MAX_EVENT_BYTES} bytes, found {size} or more")


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
    raise Unsendable(f"{field} must be a string or a whole number, found {type(value).__name__}")


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


def _metadata(metadata: object, inherited: Mapping[str, str]) -> str:
    """The members of the metadata object, without its braces; "" if there are none. The event's own come first."""
    own = members(metadata)
    keys = list(own) if len(own) <= MAX_METADATA_KEYS else sorted(own)[:MAX_METADATA_KEYS]
    if inherited:
        keys += [key for key in inherited if key not in own][: MAX_METADATA_KEYS - len(keys)]
    return ",".join([encode_basestring(key) + ":" + (own.get(key) or inherited[key]) for key in keys])


def members(metadata: object) -> dict[str, str]:
    """What can be sent of a metadata object: key -> the value's JSON."""
    if not isinstance(metadata, Mapping):
        return {}
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
    return members


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # halves of characters: whole pairs are joined, lone ones become U+FFFD
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
