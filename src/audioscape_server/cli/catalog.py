"""``audioscape catalog``: names for assets.

A file is imported whole or not at all: every entry is judged before the first is stored, and all of them are stored in
one transaction. What is wrong is told with its line.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from cyclopts import App
from rich.progress import track

from audioscape_server.cli.console import answers, errors
from audioscape_server.cli.options import Where, opened_control
from audioscape_server.control import Catalog, Track
from audioscape_server.control.projects import require_project
from audioscape_server.errors import InvalidRequestError
from audioscape_server.ingest.events import MAX_ASSET_ID

app = App(name="catalog", help="Names for assets, so that answers carry titles.")

_ASSET_ID_DIGITS = 64
#: What both databases can hold: no NUL, no unpaired surrogate.
_STORABLE = re.compile("[^\x00\ud800-\udfff]*")
_NAMES = ("title", "artist", "album", "genre")
_COLUMNS = ("asset_id", *_NAMES, "duration")


class _Entry(NamedTuple):
    """What a file says of one asset, and where."""

    place: str
    row: dict[str, Any]


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
    tracks = [_track(entry) for entry in _entries(file)]
    with opened_control(where or Where()) as database:
        catalog = Catalog(database)
        catalog.put(project, track(tracks, "Importing", console=errors, transient=True))
        answers.print(f"Names imported: {len(tracks)}; project {project} has {catalog.count(project)}.")


def _entries(file: Path) -> Iterator[_Entry]:
    readers = {".csv": _csv_entries, ".json": _json_entries}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise InvalidRequestError(f"A catalog is a .csv or a .json file, got {file.suffix or 'no suffix'!r}.")
    try:
        # Without translation: only the CSV reader knows which line ends are inside a quoted field.
        with file.open(encoding="utf-8-sig", newline="") as text:
            yield from reader(file, text)
    except OSError as error:
        raise InvalidRequestError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidRequestError(f"{file} is not UTF-8: save it as UTF-8 and import it again.") from None


def _csv_entries(file: Path, text: IO[str]) -> Iterator[_Entry]:
    reader = csv.reader(text, strict=True, skipinitialspace=True)
    line = 1
    try:
        header = [name.strip().lower() for name in next(reader, None) or ()]
        _require_columns(file, header)
        line = reader.line_num + 1
        for fields in reader:
            if len(fields) > len(header):
                raise InvalidRequestError(
                    f"{file}, line {line}: {len(fields)} fields under a header of {len(header)}; "
                    "a comma in a name takes quotes around the name.",
                )
            if fields:  # an empty line is none
                yield _Entry(f"{file}, line {line}", dict(zip(header, fields, strict=False)))
            line = reader.line_num + 1
    except csv.Error as error:
        text_of = "a quote is opened and never closed" if "unexpected end" in str(error) else str(error)
        raise InvalidRequestError(f"{file} is not valid CSV: line {line}: {text_of}.") from None


def _require_columns(file: Path, header: list[str]) -> None:
    if "asset_id" not in header:
        found = ", ".join(header)[:100]
        raise InvalidRequestError(
            f"{file} needs a header line with a column asset_id, separated by commas; got {found!r}."
        )
    for name in _COLUMNS:
        if header.count(name) > 1:
            raise InvalidRequestError(f"{file} has the column {name} more than once.")


def _json_entries(file: Path, text: IO[str]) -> Iterator[_Entry]:
    try:
        rows = json.load(text)
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(f"{file} is not valid JSON: {error}.") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in cast("list[Any]", rows)):
        raise InvalidRequestError(f"{file} must be an array of objects.")
    for number, row in enumerate(cast("list[dict[str, Any]]", rows), 1):
        yield _Entry(f"{file}, entry {number}", row)


def _track(entry: _Entry) -> Track:
    row = entry.row
    given = row.get("asset_id")
    asset_id = "" if given is None else str(given).strip()
    is_number = asset_id.isascii() and asset_id.isdigit() and len(asset_id) <= _ASSET_ID_DIGITS
    if not is_number or int(asset_id) > MAX_ASSET_ID:
        raise InvalidRequestError(f"{entry.place}: asset_id must be decimal digits, got {asset_id[:40]!r}.")
    names = {name: _name(entry, name) for name in _NAMES if row.get(name) is not None}
    return Track(int(asset_id), **names, duration=_duration(entry))


def _name(entry: _Entry, name: str) -> str | None:
    value = entry.row[name]
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    if text is None or not _STORABLE.fullmatch(text):
        raise InvalidRequestError(f"{entry.place}: {name} must be a text, got {ascii(value)[:40]}.")
    return text.strip() or None


def _duration(entry: _Entry) -> float | None:
    value = entry.row.get("duration")
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    # Python's own numbers are more than a file should have: 1_000, and the digits of every script.
    if "_" in text or not text.isascii() or not 0 <= seconds < float("inf"):
        raise InvalidRequestError(f"{entry.place}: duration must be seconds, got {str(value)[:40]!r}.")
    return seconds
