"""Texts that people write and others read."""

from __future__ import annotations

import unicodedata

from audioscape_server.errors import InvalidRequestError


def line(name: str, text: str, longest: int) -> str:
    """A text of one line, without white space around it.

    Raises:
        InvalidRequestError: it is empty, too long, or holds what is no character to be read: control characters, half
            of a surrogate pair, or what turns the direction of the text around it.
    """
    text = text.strip()
    if not 1 <= len(text) <= longest:
        raise InvalidRequestError(f"{name}: expected 1 to {longest} characters, found {len(text):,}")
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _TURNING:
            raise InvalidRequestError(f"{name}: expected a text of one line, found U+{ord(char):04X}")
    return text


#: They would change how what stands behind the text is read.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
