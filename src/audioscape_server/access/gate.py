"""The gate in front of every door: who is it, and is it their turn? The intake and the read API share one.

A request without a valid key counts against its address, one with a key against the key. So a key's rate holds for
everything that it does.

Nobody can guess a key that was minted here: it has 256 random bits. How hard an imported key is to guess nobody knows.
So an address that has used up its wrong keys is not let in with an imported one either, until it may try again: a guess
beyond the allowance is answered 429 whether it is right or not. A game behind the same address loses nothing by that,
for a 429 is tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from audioscape_server.access.keys import Credential
from audioscape_server.access.rate_limits import Allowance, Limiter
from audioscape_server.errors import TooManyRequestsError, UnauthorizedError


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
    """

    def __init__(self, keyring: Authenticator, *, address_rate: float, address_burst: int) -> None:
        self._keyring = keyring
        self._address_rate = address_rate
        self._address_burst = address_burst
        self._keys = Limiter()
        self._addresses = Limiter()

    async def identify(self, keys: Sequence[bytes], address: str | None) -> Credential:
        """Who sends this, by the values of its key header; exactly one is needed.

        Raises:
            UnauthorizedError: nobody that we know.
            TooManyRequestsError: this address has come with wrong keys too often, and this one is wrong or imported.
            KeyStoreUnavailableError: that can't be told now.
        """
        credential = await self._keyring.authenticate(keys[0]) if len(keys) == 1 else None
        slowed = address if self._address_rate else None
        if credential is not None:
            if credential.guessable and slowed:
                self._require(self._addresses.peek(slowed, self._address_rate, self._address_burst))
            return credential
        if slowed:
            self._require(self._addresses.take(slowed, self._address_rate, self._address_burst))
        raise UnauthorizedError

    def take_turn(self, credential: Credential) -> list[tuple[bytes, bytes]]:
        """Count a request against its key; the ``RateLimit-*`` headers for the answer, if the key has a rate.

        Raises:
            TooManyRequestsError: it has used up its rate.
        """
        if not credential.rate:
            return []
        allowance = self._keys.take(credential.key, credential.rate, credential.rate)
        self._require(allowance)
        return allowance.headers()

    @staticmethod
    def _require(allowance: Allowance) -> None:
        if not allowance.allowed:
            raise TooManyRequestsError(allowance.headers())
