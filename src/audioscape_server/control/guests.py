"""What each guest of a project is shown: some assets, all of some artists, some albums.

Artists and albums are looked up in the catalog with every question, so an import changes at once what is shown. Names
are compared as they were imported, letter by letter. A guest who was given nothing is shown nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, null, or_, select

from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.schema import catalog, guest_limits, user_roles
from audioscape_server.errors import InvalidRequestError, NotFoundError

#: What can be given to a guest, and characters of a name, at most.
MOST_GIVEN: Final = 500
MAX_NAME_CHARS: Final = 400
#: Assets that a guest can be shown: they are sent along with every question.
MOST_ASSETS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Album:
    """An album is told by its name and its artist; None = the catalog has none."""

    album: str
    artist: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a guest is shown."""

    assets: Sequence[int] = ()
    artists: Sequence[str] = ()
    albums: Sequence[Album] = ()


class Guests:
    """The guests of every project. Everything here blocks."""

    def __init__(self, database: ControlDatabase) -> None:
        self._engine = database.engine

    def given(self, project: str, user: str) -> Given:
        """What a person is shown as a guest of a project."""
        mine = (guest_limits.c.user_id == user) & (guest_limits.c.project == project)
        ordered = select(guest_limits).where(mine).order_by(guest_limits.c.name, guest_limits.c.artist)
        with self._engine.connect() as connection:
            rows = connection.execute(ordered).all()
        return Given(
            sorted(int(row.name) for row in rows if row.kind == "asset"),
            [row.name for row in rows if row.kind == "artist"],
            [Album(row.name, row.artist or None) for row in rows if row.kind == "album"],
        )

    def give(self, project: str, user: str, given: Given) -> None:
        """Replace what a person is shown as a guest of a project; it counts while the person's role is that of a guest.

        Raises:
            NotFoundError: nobody with a role in this project has this id.
            InvalidRequestError: it is too much, or a name is none.
        """
        rows = {("asset", str(asset), "") for asset in given.assets}
        rows |= {("artist", artist, "") for artist in given.artists}
        rows |= {("album", one.album, one.artist or "") for one in given.albums}
        if len(rows) > MOST_GIVEN:
            raise InvalidRequestError(f"A guest is given at most {MOST_GIVEN} assets, artists and albums together.")
        for kind, *names in rows:
            if not names[0] or any(len(name) > MAX_NAME_CHARS or "\0" in name for name in names):
                raise InvalidRequestError(f"{kind}: expected a name of 1 to {MAX_NAME_CHARS} characters")
        has_role = select(user_roles).where(user_roles.c.user_id == user, user_roles.c.project == project)
        with self._engine.begin() as connection:
            if connection.execute(has_role.with_for_update()).one_or_none() is None:
                raise NotFoundError("Nobody of this project has this id.")
            take_back(connection, user, project)
            values = [
                {"user_id": user, "project": project, "kind": kind, "name": name, "artist": artist}
                for kind, name, artist in sorted(rows)
            ]
            if values:
                connection.execute(insert(guest_limits), values)

    def assets(self, project: str, user: str) -> frozenset[int]:
        """The assets that a person is shown now as a guest of a project.

        Raises:
            InvalidRequestError: they are too many.
        """
        given = self.given(project, user)
        named = [catalog.c.artist == artist for artist in given.artists]
        named += [
            (catalog.c.album == one.album) & (catalog.c.artist == (null() if one.artist is None else one.artist))
            for one in given.albums
        ]
        found = set(given.assets)
        if named:
            wanted = select(catalog.c.asset_id).where(catalog.c.project == project, or_(*named)).limit(MOST_ASSETS + 1)
            with self._engine.connect() as connection:
                found.update(connection.scalars(wanted))
        if len(found) > MOST_ASSETS:
            raise InvalidRequestError(f"A guest can be shown {MOST_ASSETS:,} assets; these are more.")
        return frozenset(found)


def take_back(connection: Connection, user: str, project: str) -> None:
    """Forget what a person was shown as a guest of a project, in the connection's transaction."""
    mine = (guest_limits.c.user_id == user) & (guest_limits.c.project == project)
    connection.execute(delete(guest_limits).where(mine))
