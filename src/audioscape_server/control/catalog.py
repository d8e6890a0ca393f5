"""The catalog's names, so that answers carry titles and not only numbers.

An import is all or nothing, and others may write meanwhile. SQLite has one writer at a time, and neither a loader that
claims batches nor a key that is revoked may wait until all names were read and sent. So names are gathered in a
temporary table, which is the connection's own and locks nobody out, and one statement copies them. A crash before that
leaves nothing behind.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

from sqlalchemy import Column, Connection, MetaData, Table, func, literal, or_, select, true

from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.impatient import patient
from audioscape_server.control.projects import require_project
from audioscape_server.control.schema import catalog

#: Names in one statement.
_CHUNK = 1_000
_NAMES = ("title", "artist", "album", "genre", "duration")
#: The names of one import, until they are copied; of an asset that is named twice the later.
_gathered = Table(
    "catalog_import",
    MetaData(),
    Column("asset_id", catalog.c.asset_id.type, primary_key=True, autoincrement=False),
    *(Column(name, catalog.c[name].type) for name in _NAMES),
    prefixes=["TEMPORARY"],
)


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
        with self._engine.connect() as connection:
            connection.detach()  # closed afterwards, and with it the temporary table is gone
            with connection.begin():
                stored = _gather(connection, tracks)
            with connection.begin(), patient(connection):
                _copy(connection, project)
        return stored

    def tracks(self, project: str, asset_ids: Collection[int]) -> dict[int, Track]:
        """What is known of these assets (a page of them); the unknown are left out."""
        wanted = select(catalog).where(catalog.c.project == project).where(catalog.c.asset_id.in_(asset_ids))
        with self._engine.connect() as connection:
            return {
                row["asset_id"]: Track(**{name: value for name, value in row.items() if name != "project"})
                for row in connection.execute(wanted).mappings()
            }

    def labels(
        self, project: str, names: Sequence[str], asset_ids: Sequence[int]
    ) -> Iterator[tuple[int, tuple[str | None, ...]]]:
        """Each of these assets that is known, and its names of these kinds (`artist`, `album`, `genre`)."""
        wanted = select(catalog.c.asset_id, *(catalog.c[name] for name in names)).where(catalog.c.project == project)
        with self._engine.connect() as connection:
            for start in range(0, len(asset_ids), _CHUNK):
                some = catalog.c.asset_id.in_(asset_ids[start : start + _CHUNK])
                for asset, *label in connection.execute(wanted.where(some)):
                    yield asset, tuple(label)

    def called(self, project: str, text: str) -> set[int]:
        """The assets whose title or artist holds a text, whatever the case and the width of letters.

        All names are read, as no two databases fold the same letters; 100,000 take a fifth of a second.
        """
        wanted = select(catalog.c.asset_id, catalog.c.title, catalog.c.artist).where(catalog.c.project == project)
        sought = _folded(text)
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_CHUNK).execute(wanted)
            return {asset for asset, *names in rows if any(name and sought in _folded(name) for name in names)}

    def of_genre(self, project: str, genre: str) -> set[int]:
        """The assets of a genre, which is written as it was imported."""
        wanted = select(catalog.c.asset_id).where(catalog.c.project == project, catalog.c.genre == genre)
        with self._engine.connect() as connection:
            return set(connection.scalars(wanted))

    def count(self, project: str) -> int:
        """How many names the project has."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).where(catalog.c.project == project)) or 0


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _gather(connection: Connection, tracks: Iterable[Track]) -> int:
    _gathered.create(connection)
    statement = upsert(connection, _gathered)
    later = {name: statement.excluded[name] for name in _NAMES}
    put = statement.on_conflict_do_update(index_elements=["asset_id"], set_=later)
    rows = (asdict(track) for track in tracks)
    count = 0
    while chunk := list(islice(rows, _CHUNK)):
        connection.execute(put, chunk)
        count += len(chunk)
    return count


def _copy(connection: Connection, project: str) -> None:
    statement = upsert(connection, catalog)
    new = {name: statement.excluded[name] for name in _NAMES}
    # SQLite reads ON CONFLICT after a SELECT as one of its joins where there is no WHERE.
    names = select(literal(project), *_gathered.c).where(true()).order_by(_gathered.c.asset_id)
    connection.execute(
        statement.from_select(["project", *_gathered.c.keys()], names).on_conflict_do_update(
            index_elements=["project", "asset_id"],
            set_=new,
            # What is the same is not written again.
            where=or_(*(catalog.c[name].is_distinct_from(new[name]) for name in _NAMES)),
        )
    )
