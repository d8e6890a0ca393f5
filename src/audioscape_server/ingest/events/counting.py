"""How many parts a JSON text has, without an object for each: a body of a few kilobytes may unpack to millions.

SQLite counts them. It makes nothing that Python would have to hold, and other threads go on while it works.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import apsw

_SQL = Path(__file__).parent / "sql"
_COUNT_ELEMENTS = (_SQL / "count_elements.sql").read_text("utf-8")
_COUNT_MEMBERS = (_SQL / "count_members.sql").read_text("utf-8")


class Members(NamedTuple):
    """The members of a JSON object."""

    sent: int
    """All of them, repeated names too."""
    names: int
    """Different names, looked at up to a limit."""


def count_elements(text: str) -> int | None:
    """The elements of a JSON array; None when it is nested deeper than SQLite follows (1,000 levels)."""
    return _ask(_COUNT_ELEMENTS, {"text": text})


def count_members(text: str, most_names: int) -> Members | None:
    """The members of a JSON object; None when it is nested deeper than SQLite follows (1,000 levels)."""
    counts = _ask(_COUNT_MEMBERS, {"text": text, "names": most_names})
    return Members(*counts) if counts else None


def _ask(query: str, bindings: dict[str, str | int]) -> Any:
    try:
        return apsw.Connection(":memory:").execute(query, bindings).get  # pyright: ignore[reportUnknownMemberType]
    except apsw.SQLError:
        return None
