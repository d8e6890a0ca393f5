"""Passwords: which are taken, and what is stored of them: an argon2id hash with a salt of its own, never the password.

The same password typed on two keyboards may come as different characters (é as one or as two), so it is normalised
(NFKC) before it is hashed. Nothing here logs or repeats a password, in an error's text neither.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from audioscape_server.errors import InvalidRequestError

#: Characters. What is shorter can be guessed from a stolen hash; what is longer is no password, but work.
MIN_CHARS: Final = 12
MAX_CHARS: Final = 1_024

#: 19 MiB and two passes, as OWASP advises: some 30 ms of one core, and a stolen hash costs its thief as much a guess.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1_024, parallelism=1, type=Type.ID)


def hashed(password: str, email: str) -> str:
    """What is stored of a new password. Takes tens of milliseconds: not for an event loop.

    Args:
        password: the new one.
        email: whose, as `emails.normal` writes it.

    Raises:
        InvalidRequestError: it is too short, too long, holds a control character, or is the email.
    """
    normal = _normal(password)
    if not MIN_CHARS <= len(normal) <= MAX_CHARS:
        raise InvalidRequestError(f"A password has {MIN_CHARS} to {MAX_CHARS:,} characters, got {len(normal):,}.")
    if not normal.isprintable():
        raise InvalidRequestError("A password has no line breaks and no other control characters.")
    if normal.casefold() == email:
        raise InvalidRequestError("A password must not be the email address.")
    return _HASHER.hash(normal)


def matches(stored: str, password: str) -> bool:
    """Whether a password is the one that is stored. Takes as long as `hashed`, whatever is wrong with it."""
    try:
        return _HASHER.verify(stored, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
