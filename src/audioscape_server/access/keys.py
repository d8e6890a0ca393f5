"""API keys: what one looks like, what may be known of it, and what is stored of it.

A key reads ``as_live_<id>_<secret><checksum>``:

* *id*, 12 letters and digits, names the key in lists, logs and rows. It stays the same when the key is rotated.
* *secret*, 43 letters and digits: 256 random bits.
* *checksum*, 6 letters and digits: the CRC-32 of all that stands before it. It tells a typo or a cut-off key from an
  unknown one without a look-up, and lets scanners of leaked secrets tell ours from noise.

Stored is only HMAC-SHA-256 of the whole key under the server's own secret. The secret has full entropy, so a slow
password hash would add nothing but delay.

A key that a game has already, from another service, can be imported: any 20 to 512 visible ASCII characters. How hard
it is to guess is not known, so the gate treats it with care (see there); all else is the same.
"""

from __future__ import annotations

import hmac
import re
import secrets
import zlib
from dataclasses import dataclass
from enum import StrEnum

from audioscape_server.access.limits import Limit

PREFIX = "as_live_"
ID_CHARS = 12
SECRET_CHARS = 43
CHECKSUM_CHARS = 6
#: Finds our keys in any text: for scanners of leaked secrets, and for our own test that no log holds one.
PATTERN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{ID_CHARS}}}_[0-9A-Za-z]{{{SECRET_CHARS + CHECKSUM_CHARS}}}")
#: Characters of an imported key. A shorter one is no secret, a longer one no header.
MIN_IMPORTED_CHARS = 20
MAX_IMPORTED_CHARS = 512

_IMPORTED = re.compile(rb"[\x21-\x7e]{%d,%d}" % (MIN_IMPORTED_CHARS, MAX_IMPORTED_CHARS))
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Scope(StrEnum):
    """What a key may do."""

    INGEST = "ingest"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Credential:
    """Who sent a request: the only source of a tenant."""

    project: str
    key: str
    """The key's id."""
    scopes: frozenset[Scope]
    rate: int
    """Requests per second, 0 for no limit."""
    identical_batches: bool = False
    """Take a byte-identical batch, fully stamped, for a repeat even without an Idempotency-Key."""
    identical_events: bool = False
    """Take an event that equals one of the last hours, fraction of a second and player included, for the same event."""
    expires_at: float | None = None
    """Unix seconds; this secret stops then."""
    limit: Limit | None = None
    """What is shown at most; None = all of the project."""
    guessable: bool = False
    """It was not minted here or at another AudioScape server, so nobody knows how many random bits it has."""


def mint(key_id: str | None = None) -> tuple[str, str]:
    """Make a new key.

    Args:
        key_id: keep this id, for a rotation; a new random one by default.

    Returns:
        The key's id and the whole key. The key is shown once and never stored.
    """
    key_id = key_id or _random_text(ID_CHARS)
    body = f"{PREFIX}{key_id}_{_random_text(SECRET_CHARS)}"
    return key_id, body + _checksum(body)


def is_well_formed(key: bytes) -> bool:
    """Whether this has a key's shape and a right checksum."""
    text = key.decode("latin-1")
    return PATTERN.fullmatch(text) is not None and _checksum(text[:-CHECKSUM_CHARS]) == text[-CHECKSUM_CHARS:]


def may_exist(key: bytes) -> bool:
    """Whether a key can be in the control database: minted, or of a form that can be imported.

    What begins like a minted key must be one: a typo is known without a look-up.
    """
    if key.startswith(PREFIX.encode()):
        return is_well_formed(key)
    return _IMPORTED.fullmatch(key) is not None


def digest(key: bytes, pepper: bytes) -> bytes:
    """What is stored of a key: HMAC-SHA-256 under the server's secret, 32 bytes."""
    return hmac.digest(pepper, key, "sha256")


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    value = zlib.crc32(text.encode("ascii"))
    chars = ""
    for _ in range(CHECKSUM_CHARS):
        value, rest = divmod(value, len(_ALPHABET))
        chars = _ALPHABET[rest] + chars
    return chars
