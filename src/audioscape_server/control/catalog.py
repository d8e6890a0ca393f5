"""The catalog's names, so that answers carry titles and not only numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from itertools import islice

from sqlalchemy import func, select

from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.projects import require_project
from audioscape_server.control.schema import catalog

#: Names in one statement.
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Track:
    """What is known of an asset, every name as imported."""

    asset_id: int
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    genre: str | None = None
    duration: float | None = None
    """Seconds."""


class Catalog:
    """Names of assets, by project."""

    def __init__(self, database: ControlDatabase) -> None:
        self._engine = database.engine

    def put(self, project: str, tracks: Iterable[Track]) -> int:
        """Store or replace names, all or none; returns how many.

        Raises:
            InvalidRequestError: the project's name is none.
        """
        require_project(project)
        rows = ({"project": project, **asdict(track)} for track in tracks)
        stored = 0
        with self._engine.begin() as connection:
            statement = upsert(connection, catalog)
            names = {name: statement.excluded[name] for name in ("title", "artist", "album", "genre", "duration")}
            put = statement.on_conflict_do_update(index_elements=["project", "asset_id"], set_=names)
            while chunk := list(islice(rows, _CHUNK)):
                connection.execute(put, chunk)
                stored += len(chunk)
        return stored

    def tracks(self, project: str, asset_ids: Collection[int]) -> dict[int, Track]:
        """What is known of these assets (a page of them); the unknown are left out."""
        wanted = select(catalog).where(catalog.c.project == project).where(catalog.c.asset_id.in_(asset_ids))
        with self._engine.connect() as connection:
            return {
                row["asset_id"]: Track(**{name: value for name, value in row.items() if name != "project"})
                for row in connection.execute(wanted).mappings()
            }

    def count(self, project: str) -> int:
        """How many names the project has."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).where(catalog.c.project == project)) or 0
