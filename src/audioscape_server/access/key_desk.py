"""Keys as people manage them in a page, each of the one project that the session shows.

Promises
    * What is changed here holds on this node before the answer is sent, and on others as `keyring` promises.
    * A secret is in the answer that makes it, and nowhere else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.lanes import Lane

if TYPE_CHECKING:
    from audioscape_server.access.keyring import Keyring
    from audioscape_server.access.keys import Scope
    from audioscape_server.control import KeyStore, ManagedKey, RejectedEvents, RejectedGroup

T = TypeVar("T")

#: Seconds in which the control database must have answered.
_WITHIN_S: Final = 5.0


class KeyDesk:
    """Lists, creates, rotates and revokes keys. Belongs to the event loop of its keyring.

    Args:
        store: the keys.
        keyring: knows the live ones in memory.
        rejected: the rejected events of the last days.
        clock: Unix seconds.
    """

    def __init__(self, store: KeyStore, keyring: Keyring, rejected: RejectedEvents, clock: Callable[[], float]) -> None:
        self._store = store
        self._keyring = keyring
        self._rejected = rejected
        self._clock = clock
        self._lane = Lane("key desk", _WITHIN_S)

    async def keys(self, project: str) -> Sequence[ManagedKey]:
        """Every key that a project ever had, oldest first."""
        return await self._lane.run(lambda: self._store.of(project))

    async def rejected_since(self, project: str, since: float) -> Mapping[str, int]:
        """How many events of each key of a project were rejected since a full hour, Unix seconds."""
        return await self._lane.run(lambda: self._rejected.by_key(project, since))

    async def last_rejected(self, project: str) -> Mapping[str, RejectedGroup]:
        """Where an event of each key of a project was rejected last."""
        return await self._lane.run(lambda: self._rejected.newest_by_key(project))

    async def create(
        self, project: str, *, name: str, scopes: Iterable[Scope], rate: int, lives_s: float | None
    ) -> tuple[str, str]:
        """Create a key; returns its id and the key, as `KeyStore.create` does and with its errors.

        Args:
            project: whose.
            name: what it is for.
            scopes: what it may do.
            rate: requests per second, 0 for no limit.
            lives_s: seconds after which it ends; None = never.
        """
        ends_at = None if lives_s is None else self._clock() + lives_s
        return await self._changed(
            lambda: self._store.create(project=project, name=name, scopes=scopes, rate=rate, expires_at=ends_at)
        )

    async def rotate(self, project: str, key: str, overlap_s: float) -> str:
        """Give a key a new secret; returns the key, as `KeyStore.rotate` does and with its errors."""
        return await self._changed(lambda: self._store.rotate(key, overlap_s, project=project))

    async def revoke(self, project: str, key: str) -> None:
        """Stop a key for good; raises as `KeyStore.revoke`."""
        await self._changed(lambda: self._store.revoke(key, project=project))

    async def _changed(self, change: Callable[[], T]) -> T:
        made = await self._lane.run(change)
        # It is done. If the control database went away since, this node learns of it as the others do.
        with contextlib.suppress(ServiceUnavailableError):
            await self._keyring.refresh()
        return made
