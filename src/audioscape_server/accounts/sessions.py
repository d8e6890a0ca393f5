"""What a session is: how long it lives, whose it is, and the token by which a browser has it.

It ends `LIFE_S` after its sign-in whatever happens, and `IDLE_S` after it was used last. A session of the future is
none: of a clock that was put back, nobody knows for how long it would live.

A token is 256 random bits, so a plain digest of it is enough to find its session and tells nothing about it. The token
against forged requests follows from it by HMAC: whoever can read our pages has it, and nobody gets the session from it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from audioscape_server.accounts.roles import Role

_TOKEN_BYTES: Final = 32
_DAY_S: Final = 86_400
#: Seconds after its sign-in, and after its last use, that a session ends.
LIFE_S: Final = 30 * _DAY_S
IDLE_S: Final = 7 * _DAY_S
#: Seconds that the clocks of two servers may differ by.
SKEW_S: Final = 300


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a session is of, and what it may do."""

    user: str
    """The user's id."""
    email: str
    project: str
    """Whose data it shows; empty when the user has no role anywhere."""
    roles: Mapping[str, Role]
    """By project, as they are now."""

    @property
    def role(self) -> Role | None:
        """The role in the session's project; None when it was taken away."""
        return self.roles.get(self.project)


def mint() -> str:
    """A new token, letters, digits, ``-`` and ``_``."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(token: str) -> bytes:
    """What is stored of a token, 32 bytes; of any text that a client may send for one."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()


def csrf(token: str) -> str:
    """What a page sends back in a header, to prove that it is ours."""
    return hmac.new(token.encode(errors="surrogateescape"), b"csrf", hashlib.sha256).hexdigest()


def is_csrf(token: str, given: str) -> bool:
    """Whether that is what `csrf` says; takes the same time whatever is wrong with it."""
    return hmac.compare_digest(csrf(token).encode(), given.encode(errors="surrogateescape"))


def is_live(created_at: float, seen_at: float, now: float) -> bool:
    """Whether a session that began, and was used last, at these moments still is one."""
    return created_at - SKEW_S <= now < min(created_at + LIFE_S, seen_at + IDLE_S)
