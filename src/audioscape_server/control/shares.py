"""Links that show one page of a project, with its filters and its period, to whoever has them.

Promises
    * Of a link's token only a digest is kept, so nobody reads it here.
    * A link ends at its time, and at once when it is deleted, on every node.
    * A link is the project's, not its maker's: it stays when that person goes, and every owner can delete it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, insert, select

from audioscape_server.accounts.pages import SHARED, PageName, require_query, require_shown
from audioscape_server.accounts.sessions import SKEW_S, digest, mint
from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.schema import shares, users
from audioscape_server.errors import InvalidRequestError, NotFoundError

#: Days that a link lives at most, and links of a project.
MAX_DAYS: Final = 365
MOST: Final = 500
_DAY_S: Final = 86_400
_ID_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Share:
    """One link; times are Unix seconds."""

    id: str
    project: str
    page: PageName
    query: str
    """Of the page's address, without the question mark."""
    by: str | None
    """The email of who made it; None when that user is gone."""
    created_at: float
    ends_at: float


class Shares:
    """The links of every project. Everything here blocks.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def make(self, project: str, user: str, *, page: PageName, query: str, days: int) -> tuple[Share, str]:
        """Make a link; returns it and its token, which is shown once and never stored.

        Raises:
            InvalidRequestError: the page cannot be shared, the query is none, or the project has too many links.
        """
        if page not in SHARED:
            raise InvalidRequestError(f"page: expected one of {', '.join(SHARED)}, found {page.value!r}")
        if not 1 <= days <= MAX_DAYS:
            raise InvalidRequestError(f"days: expected 1 to {MAX_DAYS}, found {days}")
        require_query(query)
        require_shown(page, query)
        token, now = mint(), self._clock()
        made = Share(secrets.token_hex(_ID_BYTES), project, page, query, None, now, now + days * _DAY_S)
        with self._engine.begin() as connection:
            mine = select(func.count()).select_from(shares).where(shares.c.project == project)
            if (connection.scalar(mine) or 0) >= MOST:
                raise InvalidRequestError(f"A project has at most {MOST} links: delete some first.")
            connection.execute(
                insert(shares).values(
                    digest=digest(token),
                    id=made.id,
                    project=project,
                    page=page.value,
                    query=query,
                    user_id=user,
                    created_at=now,
                    ends_at=made.ends_at,
                )
            )
        return made, token

    def list(self, project: str) -> list[Share]:
        """The links of a project that have not ended, the newest first."""
        wanted = (
            select(shares, users.c.email)
            .outerjoin(users, users.c.id == shares.c.user_id)
            .where(shares.c.project == project, shares.c.ends_at > self._clock())
            .order_by(shares.c.created_at.desc(), shares.c.id)
        )
        with self._engine.connect() as connection:
            return [
                Share(row.id, row.project, PageName(row.page), row.query, row.email, row.created_at, row.ends_at)
                for row in connection.execute(wanted)
            ]

    def find(self, token: str) -> Share | None:
        """The link of a token; None when there is none, or it has ended."""
        wanted = select(shares).where(shares.c.digest == digest(token))
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None or not row.created_at - SKEW_S <= self._clock() < row.ends_at or row.page not in list(PageName):
            return None
        return Share(row.id, row.project, PageName(row.page), row.query, None, row.created_at, row.ends_at)

    def remove(self, project: str, id_: str) -> None:
        """End a link.

        Raises:
            NotFoundError: the project has none of this id.
        """
        mine = (shares.c.project == project) & (shares.c.id == id_)
        with self._engine.begin() as connection:
            if not connection.execute(delete(shares).where(mine)).rowcount:
                raise NotFoundError("There is no such link.")

    def forget_old(self, now: float) -> None:
        """Remove the links that have ended at this time, Unix seconds."""
        with self._engine.begin() as connection:
            connection.execute(delete(shares).where(shares.c.ends_at <= now))
