"""Names for assets, as files hold them: CSV with a header line, or a JSON array of objects.

Pure: what a file says becomes `Track`s, or a reason. A file that is none at all raises; an entry in it that is wrong
raises by itself, in `track_of`, so whoever reads may tell all of them. Nothing here stores anything.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import IO, Any, NamedTuple, cast

from audioscape_server.control.catalog import Track
from audioscape_server.control.texts import is_seen
from audioscape_server.errors import InvalidRequestError
from audioscape_server.ingest.events import MAX_ASSET_ID

_ASSET_ID_DIGITS = 64
#: What both databases can hold: no NUL, no unpaired surrogate.
_STORABLE = re.compile("[^\x00\ud800-\udfff]*")
_NAMES = ("title", "artist", "album", "genre")
_COLUMNS = ("asset_id", *_NAMES, "duration")


class Entry(NamedTuple):
    """What a file says of one asset, and where."""

    unit: str
    """What `number` counts: lines or entries."""
    number: int
    row: dict[str, Any]
    fields: int = 0
    columns: int = 0
    """How many there are of each; not of JSON."""

    @property
    def place(self) -> str:
        """Such as ``line 3``."""
        return f"{self.unit} {self.number}"


def csv_entries(name: str, text: IO[str]) -> Iterator[Entry]:
    """The entries of a CSV.

    Args:
        name: what the file is called in an error.
        text: what it holds, its line ends as they are: only the reader of CSV knows which are inside a quoted field.

    Raises:
        InvalidRequestError: it is no CSV, or has no usable header line.
    """
    reader = csv.reader(text, strict=True, skipinitialspace=True)
    line = 1
    try:
        header = [column.strip().lower() for column in next(reader, None) or ()]
        _require_columns(name, header)
        line = reader.line_num + 1
        for fields in reader:
            if fields:  # an empty line is none
                yield Entry("line", line, dict(zip(header, fields, strict=False)), len(fields), len(header))
            line = reader.line_num + 1
    except csv.Error as error:
        text_of = "a quote is opened and never closed" if "unexpected end" in str(error) else str(error)
        raise InvalidRequestError(f"{name} is not valid CSV: line {line}: {text_of}.") from None


def json_entries(name: str, text: IO[str]) -> Iterator[Entry]:
    """The entries of a JSON array; as `csv_entries`."""
    try:
        rows = json.load(text)
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(f"{name} is not valid JSON: {error}.") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in cast("list[Any]", rows)):
        raise InvalidRequestError(f"{name} must be an array of objects.")
    for number, row in enumerate(cast("list[dict[str, Any]]", rows), 1):
        yield Entry("entry", number, row)


def track_of(entry: Entry) -> Track:
    """What an entry says.

    Raises:
        InvalidRequestError: what is wrong with it, without its place.
    """
    if entry.fields > entry.columns:
        raise InvalidRequestError(
            f"{entry.fields} fields under a header of {entry.columns}; a comma in a name takes quotes around the name.",
        )
    row = entry.row
    given = row.get("asset_id")
    asset_id = "" if given is None else str(given).strip()
    is_number = asset_id.isascii() and asset_id.isdigit() and len(asset_id) <= _ASSET_ID_DIGITS
    if not is_number or int(asset_id) > MAX_ASSET_ID:
        raise InvalidRequestError(f"asset_id must be decimal digits, got {asset_id[:40]!r}.")
    names = {name: _name(name, row[name]) for name in _NAMES if row.get(name) is not None}
    return Track(int(asset_id), **names, duration=_duration(row.get("duration")))


def _require_columns(name: str, header: list[str]) -> None:
    if "asset_id" not in header:
        found = ", ".join(header)[:100]
        raise InvalidRequestError(
            f"{name} needs a header line with a column asset_id, separated by commas; got {found!r}."
        )
    for column in _COLUMNS:
        if header.count(column) > 1:
            raise InvalidRequestError(f"{name} has the column {column} more than once.")


def _name(name: str, value: Any) -> str | None:
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    if text is None or not _STORABLE.fullmatch(text):
        raise InvalidRequestError(f"{name} must be a text, got {ascii(value)[:40]}.")
    # What nobody sees is no name: a page would have nothing to click.
    return text.strip() if is_seen(text) else None


def _duration(value: Any) -> float | None:
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    # Python's own numbers are more than a file should have: 1_000, and the digits of every script.
    if "_" in text or not text.isascii() or not 0 <= seconds < float("inf"):
        raise InvalidRequestError(f"duration must be seconds, got {str(value)[:40]!r}.")
    return seconds
