"""CSV that survives a spreadsheet: no cell is taken for a formula, and no text for a number that it is not.

A spreadsheet decides by itself what a cell is. A text that it could take for something else gets a leading apostrophe:

    * one that starts as a formula does, with ``=``, ``+``, ``-`` or ``@``, also in their other forms (full-width,
      small, raised, the minus sign), or with white space or a control character, which may be skipped;
    * one of digits only that a number would not keep: more than 15 digits, leading zeros, or like ``1E5``;
    * one that starts with an apostrophe, so that to read a cell is always the same: take one leading apostrophe off.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

#: The last is the minus sign, which spreadsheets know.
_FORMULA_STARTS: Final = frozenset("=+-@\N{MINUS SIGN}")
#: Texts that a spreadsheet makes another number of; its numbers have 15 digits.
_CHANGED_NUMBER: Final = re.compile(r"0[0-9]+|[0-9]{16,}|[0-9]+(\.[0-9]+)?[eE][0-9]+")


def to_csv(rows: Iterable[msgspec.Struct], columns: Sequence[str]) -> bytes:
    """Write rows as RFC 4180 has it, with a header line; absent values are empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in columns])
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None or value is msgspec.UNSET:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"'{text}" if is_mistaken(text) else text


def is_mistaken(text: str) -> bool:
    """Whether a spreadsheet could take a text for something else."""
    if not text:
        return False
    first = text[0]
    return (
        first == "'"
        or unicodedata.normalize("NFKC", first)[0] in _FORMULA_STARTS
        or unicodedata.category(first)[0] in "CZ"
        or _CHANGED_NUMBER.fullmatch(text) is not None
    )
