"""The door for people who come with a one-time link: an account, a role or a new password against it, and a session.

Promises
    * A link that is not open costs one look into the control database, and no hashing.
    * An invitation of somebody who has an account takes that account's password, checked at the door where everybody
      signs in, with its limits: whoever has the link alone gets nowhere. A wrong password uses no link up.
    * A session begins in the project that the link is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from audioscape_server.accounts import emails, passwords
from audioscape_server.accounts.links import Kind
from audioscape_server.errors import InvalidRequestError, NotFoundError, WrongPasswordError

if TYPE_CHECKING:
    from audioscape_server.accounts.links import Link
    from audioscape_server.accounts.sessions import SignedIn
    from audioscape_server.accounts.sign_in import SignIn
    from audioscape_server.control import Links, Sessions


class Joining:
    """Lets people in by links.

    Args:
        links: the links that are open.
        sessions: who is signed in.
        sign_in: the door for those who have a password.
    """

    def __init__(self, links: Links, sessions: Sessions, sign_in: SignIn) -> None:
        self._links = links
        self._sessions = sessions
        self._sign_in = sign_in

    async def look(self, token: str) -> Link:
        """What a link leads to; raises NotFoundError when it is not open."""
        return await self._sign_in.find(lambda: self._links.look(token))

    async def join(
        self, token: str, email: str | None, password: str, address: str | None, before: str | None
    ) -> tuple[str, SignedIn]:
        """Use a link, and sign in.

        Args:
            token: of the link.
            email: as it was typed; None where the link says whose it is.
            password: as it was typed: the new one, or that of the account that is there.
            address: of the client.
            before: the token of the session that came with the request, which ends.

        Returns:
            The session's token, and who is signed in.

        Raises:
            NotFoundError: the link is not open.
            InvalidRequestError: the email or the new password is not valid.
            WrongPasswordError: it is not that of the account that is there.
            TooManyRequestsError: too many tries of this address or for this email.
            ServiceUnavailableError: that can't be told now.
        """
        link = await self.look(token)
        email = _email(link, email)
        if link.kind is Kind.INVITATION and link.has_account:
            session, who = await self._sign_in.sign_in(email, password, address, before)
            return await self._sign_in.find(lambda: self._accept(token, session, who))
        return await self._sign_in.hash(lambda: self._begin(token, email, password, before))

    def _accept(self, token: str, session: str, who: SignedIn) -> tuple[str, SignedIn]:
        try:
            link = self._links.accept(token, who.user)
        except NotFoundError:
            self._sessions.end(session)
            raise
        return self._shown(session, link)

    def _begin(self, token: str, email: str, password: str, before: str | None) -> tuple[str, SignedIn]:
        stored = passwords.hashed(password, email)
        link = self._links.use(token, email, stored)
        session = self._sessions.begin(email, stored)
        if session is None:  # another password, or gone, since a moment ago
            raise WrongPasswordError
        if before is not None:
            self._sessions.end(before)
        return self._shown(session, link)

    def _shown(self, session: str, link: Link) -> tuple[str, SignedIn]:
        if link.project is not None:
            self._sessions.choose(session, link.project)
        who = self._sessions.find(session)
        if who is None:
            raise WrongPasswordError
        return session, who


def _email(link: Link, typed: str | None) -> str:
    if link.email is None:
        if typed is None:
            raise InvalidRequestError("The email is missing: this link is for whoever opens it.")
        return emails.normal(typed)
    if typed is not None and emails.normal(typed) != link.email:
        raise InvalidRequestError(f"This link is for {link.email} alone.")
    return link.email
