"""``audioscape catalog``: names for assets.

A file is imported whole or not at all: every entry is judged before the first is stored, and all of them are stored in
one transaction. What is wrong is told with its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cyclopts import App
from rich.progress import track

from audioscape_server import titles
from audioscape_server.cli.console import answers, errors
from audioscape_server.cli.options import Where, opened_control
from audioscape_server.control import Catalog, Track
from audioscape_server.control.projects import require_project
from audioscape_server.errors import InvalidRequestError

app = App(name="catalog", help="Names for assets, so that answers carry titles.")


@app.command(name="import")
def import_(file: Path, /, *, project: str = "default", where: Where | None = None) -> None:
    """Import names from a file, all or none; a name that is there already is replaced.

    Parameters
    ----------
    file
        A .csv with a header line, its fields separated by commas, or a .json array of objects, with the columns
        asset_id, title, artist, album, genre and duration (seconds). Only asset_id is required; others are ignored.
    project
        The project whose assets are named.
    """
    require_project(project)
    tracks = [_track(file, entry) for entry in _entries(file)]
    with opened_control(where or Where()) as database:
        catalog = Catalog(database)
        catalog.put(project, track(tracks, "Importing", console=errors, transient=True))
        answers.print(f"Names imported: {len(tracks)}; project {project} has {catalog.count(project)}.")


def _entries(file: Path) -> Iterator[titles.Entry]:
    readers = {".csv": titles.csv_entries, ".json": titles.json_entries}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise InvalidRequestError(f"A catalog is a .csv or a .json file, got {file.suffix or 'no suffix'!r}.")
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            yield from reader(str(file), text)
    except OSError as error:
        raise InvalidRequestError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidRequestError(f"{file} is not UTF-8: save it as UTF-8 and import it again.") from None


def _track(file: Path, entry: titles.Entry) -> Track:
    try:
        return titles.track_of(entry)
    except InvalidRequestError as error:
        raise InvalidRequestError(f"{file}, {entry.place}: {error}") from None
