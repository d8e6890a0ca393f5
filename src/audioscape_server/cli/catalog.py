"""``audioscape catalog``: names for assets."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from cyclopts import App
from rich.progress import track

from audioscape_server.cli.console import answers, errors
from audioscape_server.cli.options import Where, opened_control
from audioscape_server.control import Catalog, Track
from audioscape_server.errors import InvalidRequestError
from audioscape_server.ingest.events import MAX_ASSET_ID

app = App(name="catalog", help="Names for assets, so that answers carry titles.")

_CHUNK = 1_000
_ASSET_ID_DIGITS = 64
#: What both databases can hold: no NUL, no unpaired surrogate.
_STORABLE = re.compile("[^\x00\ud800-\udfff]*")
_NAMES = ("title", "artist", "album", "genre")


@app.command(name="import")
def import_(file: Path, /, *, project: str = "default", where: Where | None = None) -> None:
    """Import names from a file; a name that is there already is replaced.

    Parameters
    ----------
    file
        A .csv with a header line, or a .json array of objects, with the columns asset_id, title, artist, album, genre
        and duration (seconds). Only asset_id is required; others are ignored.
    project
        The project whose assets are named.
    """
    tracks = [_track(number, row) for number, row in enumerate(_rows(file), 1)]
    with opened_control(where or Where()) as database:
        catalog = Catalog(database)
        for start in track(range(0, len(tracks), _CHUNK), "Importing", console=errors, transient=True):
            catalog.put(project, tracks[start : start + _CHUNK])
        answers.print(f"{len(tracks)} names imported; project {project} has {catalog.count(project)}.")


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise InvalidRequestError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidRequestError(f"{file} is not UTF-8: save it as UTF-8 and import it again.") from None
    match file.suffix.lower():
        case ".csv":
            return _csv_rows(file, text)
        case ".json":
            return _json_rows(file, text)
        case other:
            raise InvalidRequestError(f"A catalog is a .csv or a .json file, got {other or 'no suffix'!r}.")


def _csv_rows(file: Path, text: str) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(text.splitlines(keepends=True))
    try:
        if "asset_id" not in (reader.fieldnames or ()):
            raise InvalidRequestError(f"{file} needs a header line with a column asset_id.")
        yield from reader
    except csv.Error as error:
        raise InvalidRequestError(f"{file} is not valid CSV: line {reader.line_num}: {error}.") from None


def _json_rows(file: Path, text: str) -> Iterator[dict[str, Any]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(f"{file} is not valid JSON: {error}.") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in cast("list[Any]", rows)):
        raise InvalidRequestError(f"{file} must be an array of objects.")
    return iter(cast("list[dict[str, Any]]", rows))


def _track(number: int, row: dict[str, Any]) -> Track:
    asset_id = str(row.get("asset_id") or "").strip()
    is_number = asset_id.isascii() and asset_id.isdigit() and len(asset_id) <= _ASSET_ID_DIGITS
    if not is_number or int(asset_id) > MAX_ASSET_ID:
        raise InvalidRequestError(f"Entry {number}: asset_id must be decimal digits, got {asset_id[:40]!r}.")
    names = {name: _name(number, name, row[name]) for name in _NAMES if row.get(name) is not None}
    return Track(int(asset_id), **names, duration=_duration(number, row.get("duration")))


def _name(number: int, name: str, value: object) -> str | None:
    text = str(value) if isinstance(value, str | int | float) else None
    if text is None or not _STORABLE.fullmatch(text):
        raise InvalidRequestError(f"Entry {number}: {name} must be a text, got {ascii(value)[:40]}.")
    return text.strip() or None


def _duration(number: int, value: object) -> float | None:
    if value is None or value == "":
        return None
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise InvalidRequestError(f"Entry {number}: duration must be seconds, got {str(value)[:40]!r}.")
    return seconds
