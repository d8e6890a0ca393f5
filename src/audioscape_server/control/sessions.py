"""Who is signed in, in the control database: a row for each browser, found by a digest of its token.

Promises
    * A session ends by its age (see `accounts.sessions`), whatever happens.
    * It ends at once with its user, with a new password (see `control.users`), by signing out here or everywhere.
    * It is begun only if the password that was checked is still the user's when it is written: whoever gives a user a
      new password ends every session of the old one, those too that begin in the same instant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, delete, insert, literal, or_, select, update

from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sessions import IDLE_S, LIFE_S, SignedIn, digest, is_live, mint
from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.schema import sessions, user_roles, users
from audioscape_server.errors import NotFoundError

#: Seconds between two notes of a use: a page asks many questions at once, and each note is a write.
NOTED_EVERY_S: Final = 60


class Sessions:
    """The sessions of an installation. Everything here blocks.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def begin(self, email: str, password: str) -> str | None:
        """Sign a user in; returns the session's token.

        Args:
            email: whose, as `accounts.emails` writes it.
            password: the stored hash that the user's words were checked against.

        Returns:
            None when the user is gone or has another password by now.
        """
        token, now = mint(), self._clock()
        # Locked: a new password waits until this is written, or this sees it.
        user = (
            select(literal(digest(token)), users.c.id, literal(""), literal(now), literal(now))
            .where(users.c.email == email, users.c.password == password)
            .with_for_update(of=users)
        )
        columns = ["digest", "user_id", "project", "created_at", "seen_at"]
        with self._engine.begin() as connection:
            connection.execute(insert(sessions).from_select(columns, user))
            mine = sessions.c.digest == digest(token)
            user_id = connection.scalar(select(sessions.c.user_id).where(mine))
            if user_id is None:
                return None
            projects = list(_roles(connection, user_id))
            if projects:
                first = "default" if "default" in projects else projects[0]
                connection.execute(update(sessions).where(mine).values(project=first))
                _note(connection, user_id, first, now)
        return token

    def find(self, token: str) -> SignedIn | None:
        """Who a token is of, and note that it was used; None when it is of nobody."""
        now = self._clock()
        mine = sessions.c.digest == digest(token)
        wanted = select(sessions, users.c.email).join(users, users.c.id == sessions.c.user_id).where(mine)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
            if row is None or not is_live(row.created_at, row.seen_at, now):
                return None
            roles = _roles(connection, row.user_id)
        if row.seen_at <= now - NOTED_EVERY_S:
            with self._engine.begin() as connection:
                connection.execute(update(sessions).where(mine).values(seen_at=now))
                _note(connection, row.user_id, row.project, now)
        return SignedIn(row.user_id, row.email, row.project, roles)

    def choose(self, token: str, project: str) -> None:
        """Show another project's data from now on.

        Raises:
            NotFoundError: the session's user has no role in it, or it does not exist: nobody is told which.
        """
        mine = sessions.c.digest == digest(token)
        has_role = (
            select(user_roles.c.project)
            .where(user_roles.c.user_id == sessions.c.user_id, user_roles.c.project == project)
            .exists()
        )
        with self._engine.begin() as connection:
            if not connection.execute(update(sessions).where(mine, has_role).values(project=project)).rowcount:
                raise NotFoundError("There is no such project, or you have no role in it.")
            user_id = connection.scalar(select(sessions.c.user_id).where(mine))
            _note(connection, user_id or "", project, self._clock())

    def end(self, token: str) -> None:
        """Sign out."""
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest(token)))

    def end_all(self, user: str) -> None:
        """Sign a user out everywhere."""
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.user_id == user))

    def forget_old(self, now: float) -> None:
        """Remove the sessions that have ended by their age at this time, Unix seconds."""
        ended = or_(sessions.c.created_at <= now - LIFE_S, sessions.c.seen_at <= now - IDLE_S)
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(ended))


def _note(connection: Connection, user: str, project: str, now: float) -> None:
    """Note that a user uses a project: the session itself tells it only as long as it lives."""
    mine = (user_roles.c.user_id == user) & (user_roles.c.project == project)
    connection.execute(update(user_roles).where(mine).values(seen_at=now))


def _roles(connection: Connection, user: str) -> dict[str, Role]:
    found = connection.execute(select(user_roles).where(user_roles.c.user_id == user).order_by(user_roles.c.project))
    return {row.project: Role(row.role) for row in found if row.role in list(Role)}
