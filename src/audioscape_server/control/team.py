"""The people of one project, for those who manage them.

Promises
    * A person of another project cannot be reached from this one, and nobody is told whether there is such a person.
    * A project that has an owner keeps one: the last can neither leave nor fall, two at the same moment neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, select

from audioscape_server.accounts.roles import Role
from audioscape_server.control.database import ControlDatabase, alone
from audioscape_server.control.guests import take_back
from audioscape_server.control.schema import user_roles, users
from audioscape_server.control.users import give_role, role_of, sign_out
from audioscape_server.errors import InvalidRequestError, NotFoundError

_NOBODY: Final = "There is no such person or invitation in this project."


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a role in a project."""

    id: str
    email: str
    role: Role
    seen_at: float | None
    """About when the person was here last, in this project; None = never yet."""


class Team:
    """The people of each project. Everything here blocks.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def members(self, project: str) -> list[Member]:
        """Everybody with a role in a project, by email."""
        wanted = (
            select(users.c.id, users.c.email, user_roles.c.role, user_roles.c.seen_at)
            .join(users, users.c.id == user_roles.c.user_id)
            .where(user_roles.c.project == project)
            .order_by(users.c.email)
        )
        with self._engine.connect() as connection:
            return [
                Member(row.id, row.email, Role(row.role), row.seen_at)
                for row in connection.execute(wanted)
                if row.role in list(Role)  # not one that a newer server knows
            ]

    def set_role(self, project: str, user: str, role: Role) -> None:
        """Give a person of a project another role there.

        Raises:
            NotFoundError: the project has no such person.
            InvalidRequestError: it would be left without an owner.
        """
        with self._engine.begin() as connection:
            self._require_replaceable(connection, project, user, role)
            give_role(connection, user, project, role)

    def remove(self, project: str, user: str) -> None:
        """Take a person's role in a project away; raises as `set_role`."""
        with self._engine.begin() as connection:
            self._require_replaceable(connection, project, user, None)
            mine = (user_roles.c.user_id == user) & (user_roles.c.project == project)
            connection.execute(delete(user_roles).where(mine))
            take_back(connection, user, project)

    def sign_out(self, project: str, user: str) -> None:
        """End every session of a person of a project.

        Raises:
            NotFoundError: the project has no such person.
        """
        with self._engine.begin() as connection:
            if role_of(connection, user, project) is None:
                raise NotFoundError(_NOBODY)
            sign_out(connection, user)

    @staticmethod
    def _require_replaceable(connection: Connection, project: str, user: str, role: Role | None) -> None:
        alone(connection)
        before = role_of(connection, user, project)
        if before is None:
            raise NotFoundError(_NOBODY)
        if before is Role.OWNER and role is not Role.OWNER:
            owners = (user_roles.c.project == project) & (user_roles.c.role == Role.OWNER)
            if connection.scalar(select(func.count()).select_from(user_roles).where(owners)) == 1:
                raise InvalidRequestError("This is the last owner of the project: make somebody else one first.")
