"""The door for people: email and password against a session.

Promises
    * Nobody learns here who has an account: a wrong password and an unknown email get the same answer after the same
      work, and count against the same limits.
    * Passwords are checked one after another, in a thread of their own: each takes 19 MiB and tens of milliseconds, and
      a crowd of guesses must not take the memory or the event loop of a server that counts events.
    * Past its limit an address, or an email from whatever addresses, is answered 429 before anything is checked.
    * A sign-in always begins a new session and ends the one that came with it, so nobody can be given one to use.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from audioscape_server.access.rate_limits import Limiter
from audioscape_server.accounts import emails, passwords
from audioscape_server.errors import InvalidRequestError, TooManyRequestsError, WrongPasswordError
from audioscape_server.lanes import Lane

if TYPE_CHECKING:
    from audioscape_server.accounts.sessions import SignedIn
    from audioscape_server.control import Sessions, Users

T = TypeVar("T")

#: Tries at once, and tries per second that come back, for an address and for an email.
BURST: Final = 10
RATE: Final = 0.1
#: Seconds in which a password must have been checked, waiting included, and a session found.
CHECK_S: Final = 5.0
FIND_S: Final = 3.0


class SignIn:
    """Signs people in and out.

    Args:
        users: who there is.
        sessions: who is signed in.
        limit_addresses: whether addresses tell people apart; not behind a proxy that hides them.
        monotonic: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        users: Users,
        sessions: Sessions,
        *,
        limit_addresses: bool,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._limit_addresses = limit_addresses
        self._addresses, self._emails = Limiter(monotonic), Limiter(monotonic)
        self._checking, self._finding = Lane("passwords", CHECK_S), Lane("sessions", FIND_S)
        # What a password is checked against when there is no such user: the work is the same.
        self._nobodys = passwords.hashed(secrets.token_urlsafe(), "")

    async def sign_in(self, email: str, password: str, address: str | None, before: str | None) -> tuple[str, SignedIn]:
        """Begin a session.

        Args:
            email: as it was typed.
            password: as it was typed.
            address: of the client.
            before: the token of the session that came with the request, which ends.

        Returns:
            The session's token, and who is signed in.

        Raises:
            WrongPasswordError: they are no user's.
            TooManyRequestsError: too many tries of this address or for this email.
            ServiceUnavailableError: that can't be told now.
        """
        try:
            email = emails.normal(email)
        except InvalidRequestError:
            email = ""  # nobody's
        limits = [(self._emails, email)]
        if self._limit_addresses and address is not None:
            limits.insert(0, (self._addresses, address))
        for limiter, who in limits:
            allowance = limiter.take(who, RATE, BURST)
            if not allowance.allowed:
                raise TooManyRequestsError(allowance.headers())
        return await self.hash(lambda: self._begin(email, password, before))

    async def who(self, token: str) -> SignedIn | None:
        """Who is signed in by a token, if anybody is."""
        return await self.find(lambda: self._sessions.find(token))

    async def choose(self, token: str, project: str) -> None:
        """Show another project's data in this session; raises NotFoundError for one without a role."""
        await self.find(lambda: self._sessions.choose(token, project))

    async def sign_out(self, token: str, *, everywhere: bool) -> None:
        """End a session, or every session of its user."""

        def end() -> None:
            who = self._sessions.find(token) if everywhere else None
            if who is not None:
                self._sessions.end_all(who.user)
            self._sessions.end(token)

        await self.find(end)

    async def hash(self, work: Callable[[], T]) -> T:
        """Do something that hashes a password, in the thread for that, one after another."""
        return await self._checking.run(work)

    async def find(self, work: Callable[[], T]) -> T:
        """Do something short with the control database, in the thread for that."""
        return await self._finding.run(work)

    def _begin(self, email: str, password: str, before: str | None) -> tuple[str, SignedIn]:
        stored = self._users.password_of(email)
        is_right = passwords.matches(stored or self._nobodys, password)
        token = self._sessions.begin(email, stored) if stored and is_right else None
        who = self._sessions.find(token) if token else None
        if token is None or who is None:
            raise WrongPasswordError
        if before is not None:
            self._sessions.end(before)
        return token, who
