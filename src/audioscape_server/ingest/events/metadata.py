"""The rules of metadata, and what is stored of it: its text, character for character as it was sent.

So numbers keep all their digits. Only when a name is repeated is the text written anew, with the last member of each
name: readers of JSON disagree on which one counts.
"""

from __future__ import annotations

import json
import math

import msgspec

from audioscape_server.ingest.events.counting import count_members
from audioscape_server.ingest.events.numbers import SHAPES, SHORT_TEXT_BYTES
from audioscape_server.ingest.events.rejected import (
    bad_metadata,
    bad_metadata_value,
    describe,
    too_many_keys,
)
from audioscape_server.ingest.events.wire import MAX_METADATA_KEYS

#: A text with more colons may have too many members to make them all before they are counted.
MANY_COLONS = 200

#: What a JSON value of a kind begins with.
_OBJECT, _ARRAY = b"{["
_NUMBER = b"-0123456789"
_TEXT_OR_BOOLEAN = b'"tf'

_decode_values = msgspec.json.Decoder(dict[str, str | bool | float]).decode
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode_members = msgspec.json.Encoder().encode
_count_few_members = json.JSONDecoder(object_pairs_hook=len, parse_int=str, parse_float=str).decode


def metadata_text(raw: msgspec.Raw) -> str:
    """What is stored of an event's metadata; empty when it has no members. Hot: one call per event.

    Args:
        raw: a valid JSON text.

    Raises:
        Rejected: it is no object of at most 10 keys, each with a text, a finite number or a boolean.
    """
    content = bytes(raw)
    # There is a colon after each name, and more only in texts: as many as there are names tells that none is repeated.
    colons = content.count(b":")
    if (
        0 < colons <= MAX_METADATA_KEYS
        and len(content) <= SHORT_TEXT_BYTES
        # As has_exponent has it, without the call.
        and content.translate(SHAPES).find(b"0e") < 0
    ):
        try:
            names = len(_decode_values(content))
        except msgspec.ValidationError:
            names = 0
        if names == colons:
            return content.decode()
    return _with_care(content, colons)


def _with_care(content: bytes, colons: int) -> str:
    """The same for what is not accepted at first sight: says what is wrong, and leaves out what does not count."""
    if content == b"null" or (content[0] == _ARRAY and not content[1:-1].strip()):
        return ""
    if content[0] != _OBJECT:
        raise bad_metadata(describe(content))
    sent = _count_many_members(content) if colons > MANY_COLONS else None
    members = _decode_members(content)
    if len(members) > MAX_METADATA_KEYS:
        raise too_many_keys(str(len(members)))
    for name, value in members.items():
        if not _is_taken(bytes(value)):
            raise bad_metadata_value(name, describe(bytes(value)))
    if not members:
        return ""
    text = content.decode()
    if (sent or _count_few_members(text)) == len(members):
        return text
    return _encode_members(members).decode()


def _count_many_members(content: bytes) -> int:
    members = count_members(content.decode(), most_names=MAX_METADATA_KEYS + 1)
    if members is None:
        raise bad_metadata("one that is nested too deep")
    if members.names > MAX_METADATA_KEYS:
        raise too_many_keys(str(members.sent))
    return members.sent


def _is_taken(value: bytes) -> bool:
    if value[0] in _NUMBER:
        return math.isfinite(float(value))
    return value[0] in _TEXT_OR_BOOLEAN
