"""The ring of live keys in memory: how a key is checked without asking a database.

Invariants
    * Every second the ring asks the control database what has changed, and reads only that: a revoked key stops within
      :data:`REFRESH_S` and one refresh, and keys by the ten thousand cost next to nothing while none of them changes.
    * An unknown key that could be one (:func:`may_exist`) waits for one fresh look, so a key works from the moment it
      is printed or imported.
    * When the control database is away, slow or another one, known keys go on working, and an unknown one is a fault of
      ours (503), never a 401: clients drop what a 401 refuses. So is a key that has expired by a clock that jumped.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from audioscape_server.access.keys import Credential, digest, is_well_formed, may_exist
from audioscape_server.errors import KeyStoreUnavailableError

#: Seconds between two looks at the control database.
REFRESH_S = 1.0
#: An unknown key is looked for in the control database at most this often (seconds), however many ask.
MISS_REFRESH_S = 0.25


class KeyChanges(NamedTuple):
    """What is new in the control database."""

    number: int
    """How many changes there had been. To be given back at the next look."""
    keys: Mapping[str, Mapping[bytes, Credential]]
    """The keys that changed, by id: their credentials by digest. Of a revoked key there are none."""
    everything: bool = False
    """Whether these are all keys, and no others exist."""


class Keyring:
    """Every live key in memory, by digest. Belongs to one event loop.

    Args:
        read: what has changed since a number of changes, everything for None; None when nothing has. Blocks, and raises
            when the control database is away.
        pepper: the server's secret.
        clock: Unix seconds.
        earliest: the earliest that the time may be, Unix seconds, when the clock is in doubt; else what the clock says.
        in_thread: does what blocks elsewhere.
    """

    def __init__(
        self,
        read: Callable[[int | None], KeyChanges | None],
        pepper: bytes,
        clock: Callable[[], float] = time.time,
        *,
        earliest: Callable[[], float] | None = None,
        in_thread: Callable[[Callable[[], KeyChanges | None]], Awaitable[KeyChanges | None]] = asyncio.to_thread,
    ) -> None:
        self._read = read
        self._pepper = pepper
        self._clock = clock
        self._earliest = earliest or clock
        self._in_thread = in_thread
        self._number: int | None = None
        self._keys: dict[str, Mapping[bytes, Credential]] = {}
        self._credentials: dict[bytes, Credential] = {}
        self._seen: dict[bytes, Credential] = {}
        self._uses: dict[bytes, float] = {}
        self._looked_at = -math.inf
        self._next_look: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()
        self.is_fresh = False
        """Whether the last look found the control database."""

    def find(self, key: bytes) -> Credential | None:
        """The credential of a key by what is in memory; None when it is unknown or has expired. Never blocks."""
        credential = self._known(key)
        if credential is None or (credential.expires_at is not None and credential.expires_at <= self._clock()):
            return None
        return credential

    async def authenticate(self, key: bytes | None) -> Credential | None:
        """The credential of a key; an unknown one that may exist is looked for in the control database.

        Raises:
            KeyStoreUnavailableError: it cannot be told now whether the key is valid.
        """
        if key is None:
            return None
        credential = self.find(key)
        if credential is not None:
            self._uses[key] = self._clock()
        if credential is not None or not may_exist(key):
            return credential
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._look())
        await asyncio.shield(self._next_look)
        credential = self.find(key)
        if credential is not None:
            self._uses[key] = self._clock()
        elif self._may_be_valid(key):
            raise KeyStoreUnavailableError("the clock is in doubt, and the key has expired by what it says now")
        return credential

    async def refresh(self) -> None:
        """Take in what has changed.

        Raises:
            KeyStoreUnavailableError: the control database does not answer; the keys in memory stay valid.
        """
        async with self._looking:  # one at a time: an older view must not replace a newer one
            self._looked_at = time.monotonic()
            try:
                changes = await self._in_thread(lambda: self._read(self._number))
            except Exception as error:
                self.is_fresh = False
                raise KeyStoreUnavailableError(str(error)) from error
            self.is_fresh = True
            if changes is not None:
                self._take_in(changes)

    def take_uses(self) -> dict[bytes, float]:
        """When keys were used since the last time that this was asked, Unix seconds, by their digests."""
        uses, self._uses = self._uses, {}
        return {digest(key, self._pepper): at for key, at in uses.items()}

    def _may_be_valid(self, key: bytes) -> bool:
        """Whether it rests on the clock alone that a key is refused, and the clock may be wrong."""
        known = self._known(key)
        return known is not None and known.expires_at is not None and known.expires_at > self._earliest()

    def _known(self, key: bytes) -> Credential | None:
        credential = self._seen.get(key)
        if credential is None:
            credential = self._credentials.get(digest(key, self._pepper))
            if credential is not None:
                if not is_well_formed(key):
                    credential = replace(credential, guessable=True)
                self._seen[key] = credential  # a digest costs more than all else here
        return credential

    def _take_in(self, changes: KeyChanges) -> None:
        gone = set(self._keys) if changes.everything else set(changes.keys)
        for key_id in gone:
            for digested in self._keys.pop(key_id, {}):
                del self._credentials[digested]
        for key_id, credentials in changes.keys.items():
            if credentials:
                self._keys[key_id] = credentials
                self._credentials.update(credentials)
        self._seen = {key: credential for key, credential in self._seen.items() if credential.key not in gone}
        self._number = changes.number

    async def _look(self) -> None:
        """One look, shared by all who wait for it; whoever comes after it began waits for the next."""
        await asyncio.sleep(max(0.0, self._looked_at + MISS_REFRESH_S - time.monotonic()))
        self._next_look = None
        await self.refresh()
