"""API keys: what one looks like, and how one is checked without asking a database.

A key reads ``as_live_<id>_<secret><checksum>``:

* *id*, 12 letters and digits, names the key in lists, logs and rows. It stays the same when the key is rotated.
* *secret*, 43 letters and digits: 256 random bits.
* *checksum*, 6 letters and digits: the CRC-32 of all that stands before it. It tells a typo or a cut-off key from an
  unknown one without a look-up, and lets scanners of leaked secrets tell ours from noise.

Stored is only HMAC-SHA-256 of the whole key under the server's own secret. The secret has full entropy, so a slow
password hash would add nothing but delay.

A key that a game has already, from another service, can be imported: any 20 to 512 visible ASCII characters. How hard
it is to guess is not known, so the gate treats it with care (see there); all else is the same.

The keyring holds every live key in memory. It is refreshed every second, so a revoked key stops within
:data:`REFRESH_S` plus one refresh; an unknown key that could be one (:func:`may_exist`) waits for one fresh look, so a
key works from the moment it is printed or imported. When the control database is away, known keys go on working and an
unknown one is a fault of ours (503), never a 401: clients drop what a 401 refuses.
"""

from __future__ import annotations

import asyncio
import hmac
import math
import re
import secrets
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from audioscape_server.errors import KeyStoreUnavailableError

PREFIX = "as_live_"
ID_CHARS = 12
SECRET_CHARS = 43
CHECKSUM_CHARS = 6
#: Finds our keys in any text: for scanners of leaked secrets, and for our own test that no log holds one.
PATTERN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{ID_CHARS}}}_[0-9A-Za-z]{{{SECRET_CHARS + CHECKSUM_CHARS}}}")
#: Characters of an imported key. A shorter one is no secret, a longer one no header.
MIN_IMPORTED_CHARS = 20
MAX_IMPORTED_CHARS = 512
#: Seconds between two looks at the control database.
REFRESH_S = 1.0
#: An unknown key is looked for in the control database at most this often (seconds), however many ask.
MISS_REFRESH_S = 0.25

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


class Keyring:
    """Every live key in memory, by digest. Belongs to one event loop; one dictionary is swapped for the next.

    Args:
        load: reads all live credentials from the control database, by digest; blocks, and raises when it is away.
        pepper: the server's secret.
        clock: Unix seconds.
    """

    def __init__(
        self,
        load: Callable[[], Mapping[bytes, Credential]],
        pepper: bytes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._load = load
        self._pepper = pepper
        self._clock = clock
        self._credentials: Mapping[bytes, Credential] = {}
        self._seen: dict[bytes, Credential] = {}
        self._looked_at = -math.inf
        self._next_look: asyncio.Task[None] | None = None
        self._loading = asyncio.Lock()

    def find(self, key: bytes) -> Credential | None:
        """The credential of a key by what is in memory. Never blocks."""
        credential = self._seen.get(key)
        if credential is None:
            credential = self._credentials.get(digest(key, self._pepper))
            if credential is not None:
                if not is_well_formed(key):
                    credential = replace(credential, guessable=True)
                self._seen[key] = credential  # a digest costs more than all else here; forgotten at every refresh
        if credential is None or (credential.expires_at is not None and credential.expires_at <= self._clock()):
            return None
        return credential

    async def authenticate(self, key: bytes | None) -> Credential | None:
        """The credential of a key; an unknown one that may exist is looked for in the control database.

        Raises:
            KeyStoreUnavailableError: the key is not known here and the control database does not answer.
        """
        if key is None:
            return None
        credential = self.find(key)
        if credential is not None or not may_exist(key):
            return credential
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._look())
        await asyncio.shield(self._next_look)
        return self.find(key)

    async def refresh(self) -> None:
        """Read all live keys again.

        Raises:
            KeyStoreUnavailableError: the control database does not answer; the keys in memory stay valid.
        """
        async with self._loading:  # one at a time: an older view must not replace a newer one
            self._looked_at = time.monotonic()
            try:
                self._credentials, self._seen = await asyncio.to_thread(self._load), {}
            except Exception as error:
                raise KeyStoreUnavailableError from error

    async def _look(self) -> None:
        """One look, shared by all who wait for it; whoever comes after it began waits for the next."""
        await asyncio.sleep(max(0.0, self._looked_at + MISS_REFRESH_S - time.monotonic()))
        self._next_look = None
        await self.refresh()
