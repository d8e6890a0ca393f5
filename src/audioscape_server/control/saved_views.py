"""Views of pages under a name: everybody of the project opens the same."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from audioscape_server.accounts.pages import PageName, require_query
from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.schema import saved_views, users
from audioscape_server.control.texts import line
from audioscape_server.errors import InvalidRequestError, NotFoundError

#: Characters of a name, and views of a project, at most.
MAX_NAME_CHARS: Final = 80
MOST: Final = 500
_ID_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view."""

    id: str
    name: str
    page: str
    query: str
    """Of the page's address, without the question mark."""
    by: str | None
    """The email of who saved it; None when that user is gone."""
    created_at: float
    """Unix seconds."""


class SavedViews:
    """The views of every project. Everything here blocks.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def list(self, project: str) -> list[SavedView]:
        """The views of a project, by name."""
        wanted = (
            select(saved_views, users.c.email)
            .outerjoin(users, users.c.id == saved_views.c.user_id)
            .where(saved_views.c.project == project)
        )
        with self._engine.connect() as connection:
            found = [
                SavedView(row.id, row.name, row.page, row.query, row.email, row.created_at)
                for row in connection.execute(wanted)
            ]
        # Here, because each database sorts texts by rules of its own.
        return sorted(found, key=lambda view: (view.name.casefold(), view.name))

    def add(self, project: str, user: str, *, name: str, page: PageName, query: str) -> str:
        """Save a view; returns its id.

        Raises:
            InvalidRequestError: the name or the query is none, the project has a view of this name, or too many.
        """
        name = line("name", name, MAX_NAME_CHARS)
        require_query(query)
        found = secrets.token_hex(_ID_BYTES)
        values = {"id": found, "project": project, "name": name, "page": page.value, "query": query}
        try:
            with self._engine.begin() as connection:
                mine = select(func.count()).select_from(saved_views).where(saved_views.c.project == project)
                if (connection.scalar(mine) or 0) >= MOST:
                    raise InvalidRequestError(f"A project has at most {MOST:,} saved views: delete some first.")
                connection.execute(insert(saved_views).values(**values, user_id=user, created_at=self._clock()))
        except IntegrityError:
            raise InvalidRequestError(f"name: this project has a view {name!r} already") from None
        return found

    def remove(self, project: str, id_: str) -> None:
        """Delete a view.

        Raises:
            NotFoundError: the project has none of this id.
        """
        mine = (saved_views.c.project == project) & (saved_views.c.id == id_)
        with self._engine.begin() as connection:
            if not connection.execute(delete(saved_views).where(mine)).rowcount:
                raise NotFoundError("There is no such view.")
