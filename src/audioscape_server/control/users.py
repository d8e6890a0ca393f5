"""People in the control database: who may sign in, and the role of each in each project."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from audioscape_server.accounts import emails, passwords
from audioscape_server.accounts.roles import Role
from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.projects import require_project
from audioscape_server.control.schema import sessions, user_roles, users
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
        user_id, now = secrets.token_hex(_ID_BYTES), self._clock()
        values = {"id": user_id, "email": email, "password": stored, "created_at": now, "password_at": now}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(users).values(values))
                connection.execute(insert(user_roles).values(user_id=user_id, project=project, role=role.value))
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
            user_id = _id_of(connection, email)
            if role is None:
                mine = (user_roles.c.user_id == user_id) & (user_roles.c.project == project)
                if not connection.execute(delete(user_roles).where(mine)).rowcount:
                    raise NotFoundError(f"{emails.normal(email)} has no role in the project {project}.")
                return
            given = upsert(connection, user_roles).values(user_id=user_id, project=project, role=role.value)
            connection.execute(
                given.on_conflict_do_update(index_elements=["user_id", "project"], set_={"role": role.value})
            )

    def set_password(self, email: str, password: str) -> None:
        """Give a person a new password; whoever signed in by the old one is signed out.

        Raises:
            NotFoundError: nobody has this email.
            InvalidRequestError: the password is not valid.
        """
        stored = passwords.hashed(password, emails.normal(email))
        with self._engine.begin() as connection:
            user_id = _id_of(connection, email)
            mine = users.c.id == user_id
            connection.execute(update(users).where(mine).values(password=stored, password_at=self._clock()))
            _sign_out(connection, user_id)

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
            user_id = _id_of(connection, email)
            connection.execute(delete(user_roles).where(user_roles.c.user_id == user_id))
            connection.execute(delete(users).where(users.c.id == user_id))
            _sign_out(connection, user_id)

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


def _sign_out(connection: Connection, user_id: str) -> None:
    """End every session of a user, after the user's row was changed: so none can begin meanwhile."""
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def _id_of(connection: Connection, email: str) -> str:
    normal = emails.normal(email)
    user_id = connection.scalar(select(users.c.id).where(users.c.email == normal))
    if user_id is None:
        raise NotFoundError(f"There is no user {normal}; `audioscape users list` shows them all.")
    return user_id
