r"""Unpaired surrogates: escapes of JSON (``\ud800`` to ``\udfff``) that stand for half a character.

They are valid JSON, but no text can hold them, and the decoder gives up on the whole body for one. So they are replaced
before it decodes, and only an event that uses such a text is refused. No character can be set aside for a mark, since
a client may send any; instead the body is made twice, with two different stand-ins: what is the same in both had none.
"""

from __future__ import annotations

import re

#: Escapes that are looked at; a body with more of them and with an unpaired one is refused whole.
MAX_ESCAPES = 50_000

#: U+FFFD is the character for what is no character; messages and samples show it. The other is never seen. Both are as
#: long as what they replace, so that a decoder's "byte 123" stays true.
_STAND_INS = (rb"\ufffd", rb"\ufffe")
_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_ESCAPE_BYTES = 6
_LOW = frozenset(b"cdefCDEF")
_THIRD_DIGIT = 3


def replace_unpaired(body: bytes) -> tuple[bytes, bytes] | None:
    """The body twice, with one and with another character in place of each unpaired surrogate.

    Returns:
        None when there is nothing to replace, or too much to look at.
    """
    if body.count(rb"\ud") + body.count(rb"\uD") > MAX_ESCAPES:
        return None
    pieces: list[bytes] = []
    start = 0
    for at in _unpaired(body):
        pieces.append(body[start:at])
        start = at + _ESCAPE_BYTES
    if not pieces:
        return None
    pieces.append(body[start:])
    shown, other = (stand_in.join(pieces) for stand_in in _STAND_INS)
    return shown, other


def _unpaired(body: bytes) -> list[int]:
    """Where the unpaired surrogates are."""
    found: list[int] = []
    looked_at = 0
    high_end = -1
    for match in _ESCAPE.finditer(body):
        at, end = match.span()
        before = body[looked_at:at]
        looked_at = end
        if (len(before) - len(before.rstrip(b"\\"))) % 2:
            continue  # this backslash is itself escaped
        if body[at + _THIRD_DIGIT] not in _LOW:
            found.append(at)
            high_end = end
        elif at == high_end:
            found.pop()  # the other half of the pair
            high_end = -1
        else:
            found.append(at)
    return found
