"""The pages of the dashboard, by name: what a saved view opens."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from audioscape_server.errors import InvalidRequestError

#: Characters of a query at most.
MAX_QUERY_CHARS: Final = 2_000
#: RFC 3986: what may stand behind the question mark.
_QUERY: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")


class PageName(StrEnum):
    """A page that shows data."""

    OVERVIEW = "overview"
    TRACKS = "tracks"
    TRACK = "track"
    SEARCH = "search"
    AUDIENCE = "audience"
    FUNNEL = "funnel"
    EVENTS = "events"
    LIVE = "live"
    EXPERIENCES = "experiences"


def require_query(query: str) -> None:
    """Refuse what cannot stand behind the question mark of an address.

    Raises:
        InvalidRequestError: it cannot.
    """
    if len(query) > MAX_QUERY_CHARS:
        raise InvalidRequestError(f"query: expected at most {MAX_QUERY_CHARS:,} characters, found {len(query):,}")
    if not _QUERY.fullmatch(query):
        raise InvalidRequestError(
            "query: expected what stands behind the question mark of an address, with all else written as %XX, "
            f"found {query[:40]!r}"
        )
