"""Notes about points and ranges of time, which charts show: a release, a campaign, an outage.

A note belongs to its project. Who wrote it is kept by id: the email is read from the user when it is shown, so that a
removed user leaves no address behind.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, insert, select

from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.schema import annotations, users
from audioscape_server.control.texts import line
from audioscape_server.errors import InvalidRequestError, NotFoundError

#: Characters of a note, and notes of a project, at most: charts show all of a period.
MAX_CHARS: Final = 200
MOST: Final = 2_000
_ID_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Annotation:
    """One note; times are Unix seconds."""

    id: str
    begins_at: float
    ends_at: float
    """The same as `begins_at` for a point."""
    text: str
    by: str | None
    """The email of who wrote it; None when that user is gone."""
    created_at: float


class Annotations:
    """The notes of every project. Everything here blocks.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def between(self, project: str, since: float, until: float) -> list[Annotation]:
        """The notes that touch a half-open period, in the order of time."""
        wanted = (
            select(annotations, users.c.email)
            .outerjoin(users, users.c.id == annotations.c.user_id)
            .where(annotations.c.project == project)
            .where(annotations.c.begins_at < until, annotations.c.ends_at >= since)
            .order_by(annotations.c.begins_at, annotations.c.created_at, annotations.c.id)
        )
        with self._engine.connect() as connection:
            return [
                Annotation(row.id, row.begins_at, row.ends_at, row.text, row.email, row.created_at)
                for row in connection.execute(wanted)
            ]

    def add(self, project: str, user: str, *, begins_at: float, ends_at: float, text: str) -> str:
        """Write a note down; returns its id.

        Raises:
            InvalidRequestError: it ends before it begins, its text is none, or the project has too many.
        """
        text = line("text", text, MAX_CHARS)
        if ends_at < begins_at:
            raise InvalidRequestError("until: expected a time that is not before at")
        found = secrets.token_hex(_ID_BYTES)
        with self._engine.begin() as connection:
            mine = select(func.count()).select_from(annotations).where(annotations.c.project == project)
            if (connection.scalar(mine) or 0) >= MOST:
                raise InvalidRequestError(f"A project has at most {MOST:,} notes: delete some first.")
            connection.execute(
                insert(annotations).values(
                    id=found,
                    project=project,
                    begins_at=begins_at,
                    ends_at=ends_at,
                    text=text,
                    user_id=user,
                    created_at=self._clock(),
                )
            )
        return found

    def remove(self, project: str, id_: str) -> None:
        """Delete a note.

        Raises:
            NotFoundError: the project has none of this id.
        """
        mine = (annotations.c.project == project) & (annotations.c.id == id_)
        with self._engine.begin() as connection:
            if not connection.execute(delete(annotations).where(mine)).rowcount:
                raise NotFoundError("There is no such note.")
