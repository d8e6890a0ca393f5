"""Texts that people write and others read."""

from __future__ import annotations

import unicodedata

from audioscape_server.errors import InvalidRequestError


def line(name: str, text: str, longest: int) -> str:
    """A text of one line, without white space around it.

    Raises:
        InvalidRequestError: it is empty, too long, or holds what is no character to be read: control characters, half
            of a surrogate pair, or what turns the direction of the text around it; or nothing in it can be seen.
    """
    text = text.strip()
    if not 1 <= len(text) <= longest:
        raise InvalidRequestError(f"{name}: expected 1 to {longest} characters, found {len(text):,}")
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _TURNING:
            raise InvalidRequestError(f"{name}: expected a text of one line, found U+{ord(char):04X}")
    if not is_seen(text):
        raise InvalidRequestError(f"{name}: expected a text that can be seen, found U+{ord(text[0]):04X}")
    return text


def is_seen(text: str) -> bool:
    """Whether a text holds a character that is drawn: what has none can be neither read nor clicked."""
    return any(unicodedata.category(char)[0] not in "CZ" for char in text)


#: They would change how what stands behind the text is read.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
