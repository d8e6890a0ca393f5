"""One-time links in the control database; what they are, `accounts.links` says.

Promises
    * A link works once. Using it and what follows from it are one transaction: after a crash it is used and the account
      is there, or neither.
    * It works only while what it rests on holds: the first one while there is nobody yet, an invitation while whoever
      sent it still is an owner of the project, a new password while the account is there and has the old one.
    * However many first links there are (each start of each server gives one, while there is nobody), there is one
      first account: links are used one after another.
    * A newer invitation of an address to a project, or a newer link for a password, takes the place of the older one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select

from audioscape_server.accounts import emails
from audioscape_server.accounts.links import LIFE_S, Kind, Link
from audioscape_server.accounts.roles import Action, Role, may
from audioscape_server.accounts.sessions import SKEW_S, digest, mint
from audioscape_server.control.database import ControlDatabase, alone
from audioscape_server.control.schema import api_keys, links, users
from audioscape_server.control.users import add_user, give_role, id_of, put_password, role_of
from audioscape_server.errors import InvalidRequestError, NotFoundError

_GONE: Final = "This link was used already, has ended, or was withdrawn: ask for a new one."
#: Of an id, by which an invitation is withdrawn.
_ID_BYTES: Final = 6
#: The project of the first account where no key has made one.
_FIRST_PROJECT: Final = "default"


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that is open."""

    id: str
    email: str
    role: Role
    created_at: float
    expires_at: float


class Links:
    """The one-time links of an installation. Everything here blocks.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def first(self) -> str | None:
        """The token of a link for the first account; None when there is one already."""
        with self._engine.begin() as connection:
            alone(connection)
            if _is_anybody(connection):
                return None
            return self._add(connection, Kind.FIRST)[1]

    def invite(self, email: str, role: Role, *, project: str, sent_by: str) -> tuple[Invitation, str]:
        """Invite a person to a project; returns the invitation and the token of its link.

        Args:
            email: whom.
            role: as what.
            project: where.
            sent_by: the id of the user who does.

        Raises:
            InvalidRequestError: that is no address, or the person has a role in the project already.
        """
        email = emails.normal(email)
        with self._engine.begin() as connection:
            alone(connection)
            user = id_of(connection, email)
            if user is not None and role_of(connection, user, project) is not None:
                raise InvalidRequestError(f"{email} has a role in this project already; change that.")
            older = (links.c.kind == Kind.INVITATION) & (links.c.email == email) & (links.c.project == project)
            connection.execute(delete(links).where(older))
            link_id, token = self._add(
                connection, Kind.INVITATION, email=email, project=project, role=role, sent_by=sent_by
            )
        now = self._clock()
        return Invitation(link_id, email, role, now, now + LIFE_S[Kind.INVITATION]), token

    def reset(self, email: str) -> str:
        """The token of a link by which a person who has an account sets a new password.

        Raises:
            NotFoundError: nobody has this email.
        """
        email = emails.normal(email)
        with self._engine.begin() as connection:
            alone(connection)
            if id_of(connection, email) is None:
                raise NotFoundError(f"There is no user {email}; `audioscape users list` shows them all.")
            connection.execute(delete(links).where(links.c.kind == Kind.RESET, links.c.email == email))
            return self._add(connection, Kind.RESET, email=email)[1]

    def look(self, token: str) -> Link:
        """What a link leads to.

        Raises:
            NotFoundError: it is not open.
        """
        with self._engine.connect() as connection:
            return self._open(connection, token)

    def use(self, token: str, email: str, password: str) -> Link:
        """Use a link up: make the account, or give it its new password, after which nobody is signed in by the old one.

        Args:
            token: of the link.
            email: whose account, as `accounts.emails` writes it.
            password: the hash to store.

        Raises:
            NotFoundError: the link is not open any more.
            InvalidRequestError: it is for an account that is there already: see `accept`.
        """
        with self._engine.begin() as connection:
            alone(connection)
            link = self._open(connection, token)
            if link.kind is Kind.INVITATION and link.has_account:
                raise InvalidRequestError(f"There is a user {email} already: open the link again.")
            connection.execute(delete(links).where(links.c.digest == digest(token)))
            if link.kind is Kind.RESET:
                put_password(connection, id_of(connection, email) or "", password, self._clock())
            else:
                connection.execute(delete(links).where(links.c.kind == Kind.FIRST))
                user = add_user(connection, email, password, self._clock())
                give_role(connection, user, link.project or "", link.role or Role.GUEST)
        return link

    def accept(self, token: str, user: str) -> Link:
        """Use an invitation up for somebody who has an account, and is signed in.

        Raises:
            NotFoundError: the link is not open any more, or not this user's.
        """
        with self._engine.begin() as connection:
            alone(connection)
            link = self._open(connection, token)
            if link.kind is not Kind.INVITATION or id_of(connection, link.email or "") != user:
                raise NotFoundError(_GONE)
            connection.execute(delete(links).where(links.c.digest == digest(token)))
            # Whoever got a role in another way meanwhile keeps it: an owner must not fall by an old invitation.
            if link.project and link.role and role_of(connection, user, link.project) is None:
                give_role(connection, user, link.project, link.role)
        return link

    def open_invitations(self, project: str) -> list[Invitation]:
        """Who is invited to a project, and has not come yet, by email."""
        mine = (links.c.kind == Kind.INVITATION) & (links.c.project == project)
        with self._engine.connect() as connection:
            return [
                Invitation(row.id, row.email, Role(row.role), row.created_at, row.expires_at)
                for row in connection.execute(select(links).where(mine).order_by(links.c.email)).all()
                if self._is_live(row) and _holds(connection, row)
            ]

    def withdraw(self, invitation: str, project: str) -> None:
        """End an invitation of a project.

        Raises:
            NotFoundError: the project has no such open one.
        """
        mine = (links.c.id == invitation) & (links.c.kind == Kind.INVITATION) & (links.c.project == project)
        with self._engine.begin() as connection:
            if not connection.execute(delete(links).where(mine)).rowcount:
                raise NotFoundError("There is no such person or invitation in this project.")

    def forget_old(self, now: float) -> None:
        """Remove the links that have ended at this time, Unix seconds."""
        with self._engine.begin() as connection:
            connection.execute(delete(links).where(links.c.expires_at <= now))

    def _add(
        self,
        connection: Connection,
        kind: Kind,
        *,
        email: str = "",
        project: str = "",
        role: str = "",
        sent_by: str = "",
    ) -> tuple[str, str]:
        link_id, token, now = secrets.token_hex(_ID_BYTES), mint(), self._clock()
        values = {"digest": digest(token), "id": link_id, "kind": kind, "email": email, "project": project}
        values |= {"role": role, "sent_by": sent_by, "created_at": now, "expires_at": now + LIFE_S[kind]}
        connection.execute(insert(links).values(values))
        return link_id, token

    def _open(self, connection: Connection, token: str) -> Link:
        row = connection.execute(select(links).where(links.c.digest == digest(token))).one_or_none()
        if row is None or not self._is_live(row) or not _holds(connection, row):
            raise NotFoundError(_GONE)
        if row.kind == Kind.FIRST:
            return Link(Kind.FIRST, None, _first_project(connection), Role.OWNER, has_account=False)
        has_account = id_of(connection, row.email) is not None
        return Link(
            Kind(row.kind),
            row.email,
            row.project or None,
            Role(row.role) if row.role else None,
            has_account=has_account,
        )

    def _is_live(self, row: Row[Any]) -> bool:
        # One of the future is none: of a clock that was put back, nobody knows for how long it would live.
        return row.created_at - SKEW_S <= self._clock() < row.expires_at


def _holds(connection: Connection, row: Row[Any]) -> bool:
    """Whether what a link rests on still is so."""
    if row.kind == Kind.FIRST:
        return not _is_anybody(connection)
    if row.kind == Kind.INVITATION:
        return row.role in list(Role) and may(role_of(connection, row.sent_by, row.project), Action.MANAGE_PEOPLE)
    return row.kind == Kind.RESET and id_of(connection, row.email) is not None


def _is_anybody(connection: Connection) -> bool:
    return connection.scalar(select(users.c.id).limit(1)) is not None


def _first_project(connection: Connection) -> str:
    oldest = select(api_keys.c.project).order_by(api_keys.c.created_at, api_keys.c.id).limit(1)
    return connection.scalar(oldest) or _FIRST_PROJECT
