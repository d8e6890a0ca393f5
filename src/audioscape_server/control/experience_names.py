"""What a project calls its universes and places: numbers tell nobody which game they are.

A name is the project's own and changes nothing that is counted. Two universes may have the same name. Who gave it last
is kept by id, as of notes: a removed user leaves no address behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, cast

from sqlalchemy import delete, func, select

from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.schema import experience_names, users
from audioscape_server.control.texts import line
from audioscape_server.errors import InvalidRequestError

#: Characters of a name, and names of a project, at most: every page is made with all of them.
MAX_CHARS: Final = 80
MOST: Final = 1_000

#: What has a name.
Kind = Literal["universe", "place"]


@dataclass(frozen=True, slots=True)
class ExperienceName:
    """What a universe or a place is called."""

    kind: Kind
    id: int
    name: str
    by: str | None
    """The email of who gave it; None when that user is gone."""
    changed_at: float
    """Unix seconds."""


class ExperienceNames:
    """The names of every project. Everything here blocks.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def list(self, project: str) -> list[ExperienceName]:
        """All names of a project, places first, by id."""
        wanted = (
            select(experience_names, users.c.email)
            .outerjoin(users, users.c.id == experience_names.c.user_id)
            .where(experience_names.c.project == project)
            .order_by(experience_names.c.kind, experience_names.c.id)
        )
        with self._engine.connect() as connection:
            return [
                ExperienceName(cast("Kind", row.kind), row.id, row.name, row.email, row.changed_at)
                for row in connection.execute(wanted)
            ]

    def put(self, project: str, user: str, kind: Kind, id_: int, name: str | None) -> str | None:
        """Call it so, in place of any name that it has; None takes the name away. Returns the name as it is kept.

        Raises:
            InvalidRequestError: the name is none, or the project has too many.
        """
        one = (
            (experience_names.c.project == project) & (experience_names.c.kind == kind) & (experience_names.c.id == id_)
        )
        if name is None:
            with self._engine.begin() as connection:
                connection.execute(delete(experience_names).where(one))
            return None
        name = line("name", name, MAX_CHARS)
        values = {"name": name, "user_id": user, "changed_at": self._clock()}
        others = select(func.count()).where(experience_names.c.project == project, ~one)
        with self._engine.begin() as connection:
            if (connection.scalar(others) or 0) >= MOST:
                raise InvalidRequestError(f"A project has at most {MOST:,} names of experiences: take some away first.")
            given = upsert(connection, experience_names).values(project=project, kind=kind, id=id_, **values)
            connection.execute(given.on_conflict_do_update(index_elements=["project", "kind", "id"], set_=values))
        return name
