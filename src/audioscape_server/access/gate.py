"""The gate in front of every door: who is it, and is it their turn? The intake and the read API share one way in.

A request without a valid key counts against its address, one with a key against the key, before anything else is asked
of it. So a key's rate holds for everything that it does, and for what it may not do.

Nobody can guess a key that was minted here: it has 256 random bits. How hard an imported key is to guess nobody knows.
So an address that has used up its wrong keys is not let in with an imported one either, until it may try again: a guess
beyond the allowance is answered 429 whether it is right or not. A game behind the same address loses nothing by that,
for a 429 is tried again.

Whoever goes on past the allowance is answered `REFUSED_PAUSE_S` later: a flood of wrong keys on many connections costs
each of them that much time, and the others next to nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, NoReturn, Protocol

from audioscape_server.access.keys import Credential
from audioscape_server.access.rate_limits import Allowance, Limiter
from audioscape_server.errors import TooManyRequestsError, UnauthorizedError

#: Seconds that an address waits for its answer once it has used up its wrong keys.
REFUSED_PAUSE_S = 1.0


class Admission(NamedTuple):
    """Who was let in."""

    credential: Credential
    standing: list[tuple[bytes, bytes]]
    """The ``RateLimit-*`` headers for the answer, whatever that is; none when the key has no rate."""


class Authenticator(Protocol):
    """The keyring, as the gate needs it."""

    async def authenticate(self, key: bytes | None) -> Credential | None:
        """The credential of a key, if it is valid; raises KeyStoreUnavailableError when that can't be told."""
        ...


class Gate:
    """Lets requests in, one key or address at a time.

    Args:
        keyring: knows the keys.
        address_rate: requests per second that an address may send without a valid key, 0 for no limit.
        address_burst: how many of those it may send at once.
        pause: waits for so many seconds.
        monotonic: seconds of a clock that never goes back, by which rates are told.
    """

    def __init__(
        self,
        keyring: Authenticator,
        *,
        address_rate: float,
        address_burst: int,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keyring = keyring
        self._address_rate = address_rate
        self._address_burst = address_burst
        self._pause = pause
        self._keys = Limiter(monotonic)
        self._addresses = Limiter(monotonic)

    async def admit(self, keys: Sequence[bytes], address: str | None) -> Admission:
        """Let a request in, by the values of its key header; exactly one is needed.

        Raises:
            UnauthorizedError: nobody that we know.
            TooManyRequestsError: the key has used up its rate; or this address has come with wrong keys too often, and
                this one is wrong or imported.
            KeyStoreUnavailableError: that can't be told now.
        """
        return self.pace(await self._identify(keys, address))

    def pace(self, credential: Credential) -> Admission:
        """Let in who is known already.

        Raises:
            TooManyRequestsError: the credential has used up its rate.
        """
        if not credential.rate:
            return Admission(credential, [])
        allowance = self._keys.take(credential.key, credential.rate, credential.rate)
        if not allowance.allowed:
            raise TooManyRequestsError(allowance.headers())
        return Admission(credential, allowance.headers())

    async def _identify(self, keys: Sequence[bytes], address: str | None) -> Credential:
        credential = await self._keyring.authenticate(keys[0]) if len(keys) == 1 else None
        slowed = address if self._address_rate else None
        if credential is not None:
            if credential.guessable and slowed:
                await self._require(self._addresses.peek(slowed, self._address_rate, self._address_burst))
            return credential
        return await self.refuse(address)

    async def refuse(self, address: str | None) -> NoReturn:
        """Refuse who is nobody that we know.

        Raises:
            UnauthorizedError: always, but for
            TooManyRequestsError: this address has come as nobody too often.
        """
        if address is not None and self._address_rate:
            await self._require(self._addresses.take(address, self._address_rate, self._address_burst))
        raise UnauthorizedError

    async def _require(self, allowance: Allowance) -> None:
        if not allowance.allowed:
            await self._pause(REFUSED_PAUSE_S)
            raise TooManyRequestsError(allowance.headers())
