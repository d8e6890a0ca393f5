"""People in the control database: who may sign in, and the role of each in each project."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from audioscape_server.accounts import emails, passwords
from audioscape_server.accounts.links import Kind
from audioscape_server.accounts.roles import Role
from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.guests import take_back
from audioscape_server.control.projects import require_project
from audioscape_server.control.schema import guest_limits, links, sessions, user_roles, users
from audioscape_server.errors import InvalidRequestError, NotFoundError

#: Of an id, which is a name and no secret.
_ID_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class User:
    """What is known of a person; of the password only since when it is."""

    id: str
    email: str
    roles: Mapping[str, Role]
    """By project."""
    created_at: float
    password_at: float


class Users:
    """People, by their email addresses, however those are spelled (see `accounts.emails`).

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def create(self, *, email: str, password: str, project: str, role: Role) -> str:
        """Let a person in; returns the id. Takes tens of milliseconds.

        Raises:
            InvalidRequestError: the email, the password or the project is not valid, or the email is taken.
        """
        email = emails.normal(email)
        require_project(project)
        stored = passwords.hashed(password, email)
        try:
            with self._engine.begin() as connection:
                user_id = add_user(connection, email, stored, self._clock())
                give_role(connection, user_id, project, role)
        except IntegrityError:
            raise InvalidRequestError(f"There is a user {email} already.") from None
        return user_id

    def set_role(self, email: str, project: str, role: Role | None) -> None:
        """Give a person a role in a project, in place of the one that it may have there; None takes it away.

        Raises:
            NotFoundError: nobody has this email, or no role in the project to take away.
        """
        require_project(project)
        with self._engine.begin() as connection:
            user_id = _require_id(connection, email)
            if role is None:
                mine = (user_roles.c.user_id == user_id) & (user_roles.c.project == project)
                if not connection.execute(delete(user_roles).where(mine)).rowcount:
                    raise NotFoundError(f"{emails.normal(email)} has no role in the project {project}.")
                take_back(connection, user_id, project)
                return
            give_role(connection, user_id, project, role)

    def set_password(self, email: str, password: str) -> None:
        """Give a person a new password; whoever signed in by the old one is signed out.

        Raises:
            NotFoundError: nobody has this email.
            InvalidRequestError: the password is not valid.
        """
        stored = passwords.hashed(password, emails.normal(email))
        with self._engine.begin() as connection:
            put_password(connection, _require_id(connection, email), stored, self._clock())

    def password_of(self, email: str) -> str | None:
        """The stored hash of a user's password, by the email as `accounts.emails` writes it; None of nobody."""
        with self._engine.connect() as connection:
            return connection.scalar(select(users.c.password).where(users.c.email == email))

    def remove(self, email: str) -> None:
        """Forget a person.

        Raises:
            NotFoundError: nobody has this email.
        """
        with self._engine.begin() as connection:
            user_id = _require_id(connection, email)
            _forget_resets(connection, user_id)
            connection.execute(delete(user_roles).where(user_roles.c.user_id == user_id))
            connection.execute(delete(guest_limits).where(guest_limits.c.user_id == user_id))
            connection.execute(delete(users).where(users.c.id == user_id))
            sign_out(connection, user_id)

    def list(self) -> list[User]:
        """Everybody, by email."""
        with self._engine.connect() as connection:
            roles: dict[str, dict[str, Role]] = {}
            for row in connection.execute(select(user_roles).order_by(user_roles.c.project)):
                if row.role in list(Role):  # not one that a newer server knows
                    roles.setdefault(row.user_id, {})[row.project] = Role(row.role)
            return [
                User(row.id, row.email, roles.get(row.id, {}), row.created_at, row.password_at)
                for row in connection.execute(select(users).order_by(users.c.email))
            ]


def add_user(connection: Connection, email: str, password: str, now: float) -> str:
    """Add a person without a role, in the connection's transaction; returns the id.

    Args:
        connection: in a transaction.
        email: as `accounts.emails` writes it, and nobody's yet.
        password: the hash to store.
        now: Unix seconds.
    """
    user_id = secrets.token_hex(_ID_BYTES)
    values = {"id": user_id, "email": email, "password": password, "created_at": now, "password_at": now}
    connection.execute(insert(users).values(values))
    return user_id


def give_role(connection: Connection, user_id: str, project: str, role: Role) -> None:
    """Give a person a role in a project, in place of another one there, in the connection's transaction."""
    given = upsert(connection, user_roles).values(user_id=user_id, project=project, role=role.value)
    connection.execute(given.on_conflict_do_update(index_elements=["user_id", "project"], set_={"role": role.value}))


def role_of(connection: Connection, user_id: str, project: str) -> Role | None:
    """A person's role in a project; None of whoever has none there, or one that a newer server knows."""
    mine = (user_roles.c.user_id == user_id) & (user_roles.c.project == project)
    found = connection.scalar(select(user_roles.c.role).where(mine))
    return Role(found) if found in list(Role) else None


def id_of(connection: Connection, email: str) -> str | None:
    """The id of the person who has an email, as `accounts.emails` writes it; None of nobody."""
    return connection.scalar(select(users.c.id).where(users.c.email == email))


def put_password(connection: Connection, user_id: str, password: str, now: float) -> None:
    """Store a person's new password, and end whatever rests on the old one, in the connection's transaction.

    Args:
        connection: in a transaction.
        user_id: whose.
        password: the hash to store.
        now: Unix seconds.
    """
    connection.execute(update(users).where(users.c.id == user_id).values(password=password, password_at=now))
    _forget_resets(connection, user_id)
    sign_out(connection, user_id)


def _forget_resets(connection: Connection, user_id: str) -> None:
    """End the links by which a person could set another password."""
    email = select(users.c.email).where(users.c.id == user_id).scalar_subquery()
    connection.execute(delete(links).where(links.c.kind == Kind.RESET, links.c.email == email))


def sign_out(connection: Connection, user_id: str) -> None:
    """End every session of a user, in the connection's transaction.

    Where the password changes with it, that comes first: so no session of the old one can begin meanwhile.
    """
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def _require_id(connection: Connection, email: str) -> str:
    normal = emails.normal(email)
    user_id = id_of(connection, normal)
    if user_id is None:
        raise NotFoundError(f"There is no user {normal}; `audioscape users list` shows them all.")
    return user_id
