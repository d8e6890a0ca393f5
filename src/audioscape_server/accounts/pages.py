"""The pages of the dashboard: what a saved view opens, and what a shared link shows.

What a page asks for stands in the query of its address, as the dashboard writes it: `period` (or `from` and `to`, days
of the project's zone), `compare`, and the filters `universe`, `place`, `asset` and `key`; the same with `_not` behind
their names leave events out. A shared link locks all that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl

from audioscape_server.errors import InvalidRequestError

#: Characters of a query at most, and values of a filter.
MAX_QUERY_CHARS: Final = 2_000
MAX_VALUES: Final = 100
#: The filters that a link locks.
FILTERS: Final = ("universe", "place", "asset", "key")
#: What ends the name of one that leaves events out.
NOT: Final = "_not"
#: The longest period, in days.
ALL_DAYS: Final = 3_660
_DEFAULT_PERIOD: Final = "28d"
#: With what a period is compared; the first where nothing is said.
_COMPARISONS: Final = ("previous", "year", "none")
_PERIODS: Final = ("today", "24h", "7d", "28d", "91d", "month", "year", "all", "custom")
#: RFC 3986: what may stand behind the question mark.
_QUERY: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")
_VALUE: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
_API: Final = "/analytics/v1/"


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


def _routes(*names: str) -> frozenset[str]:
    return frozenset(_API + name for name in names)


#: The pages that can be shared, and of each the routes that it asks. None tells of more than a period: so no chart.
SHARED: Final[Mapping[PageName, frozenset[str]]] = {
    PageName.OVERVIEW: _routes("overview", "tracks", "search/queries", "experiences", "rhythm"),
    PageName.TRACKS: _routes("tracks", "artists", "albums", "genres"),
    PageName.TRACK: _routes("tracks/{asset_id:str}", "search/queries", "experiences"),
    PageName.SEARCH: _routes("search/queries", "search/ranks", "overview"),
    PageName.AUDIENCE: _routes("audience", "audience/sessions"),
    PageName.FUNNEL: _routes("funnel"),
    PageName.EXPERIENCES: _routes("experiences", "overview"),
}


@dataclass(frozen=True, slots=True)
class Locked:
    """What a page is asked for, and nothing else may be."""

    filters: Mapping[str, frozenset[str]]
    """By parameter, those that are set."""
    hidden: Mapping[str, frozenset[str]]
    """By the same parameters, what is left out."""
    period: str
    first: date | None
    """Of a custom period."""
    end: date | None
    """The day after its last."""
    compare: str
    """With what the period is compared: `previous`, `year` or `none`."""


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


def locked(page: PageName, query: str) -> Locked:
    """What a link to a page locks.

    Raises:
        InvalidRequestError: something in the query would be shown otherwise than it is written, or the page needs more.
    """
    given = parse_qsl(query, keep_blank_values=True)
    asked = dict(given)
    if len(asked) < len(given):
        raise InvalidRequestError("query: expected every parameter once")
    filters = {name: _values(name, asked[name]) for name in FILTERS if asked.get(name)}
    hidden = {name: _values(name + NOT, asked[name + NOT]) for name in FILTERS if asked.get(name + NOT)}
    for name in filters.keys() & hidden.keys():
        if filters[name] & hidden[name]:
            raise InvalidRequestError(f"query: expected {name}{NOT} to be none of the values of {name}")
    if page is PageName.TRACK and len(filters.get("asset", ())) != 1:
        raise InvalidRequestError("query: expected asset=ID, the track that is shown")
    first, end = _day(asked, "from"), _day(asked, "to")
    period = asked.get("period", "custom" if first else _DEFAULT_PERIOD)
    if period not in _PERIODS:
        raise InvalidRequestError(f"query: expected period to be one of {', '.join(_PERIODS)}, found {period[:40]!r}")
    if period == "custom":
        if not (first and end and timedelta() < end - first <= timedelta(days=ALL_DAYS)):
            raise InvalidRequestError("query: expected from and to, two days of which the first is the earlier one")
    else:
        first = end = None
    compare = asked.get("compare")
    # Links that were made before `require_shown` are shown as they were.
    return Locked(filters, hidden, period, first, end, compare if compare in _COMPARISONS else _COMPARISONS[0])


def require_shown(page: PageName, query: str) -> None:
    """Refuse a link that would show something else than it says, before it is made.

    Raises:
        InvalidRequestError: it would.
    """
    locked(page, query)
    compare = dict(parse_qsl(query)).get("compare", _COMPARISONS[0])
    if compare not in _COMPARISONS:
        expected = ", ".join(_COMPARISONS)
        raise InvalidRequestError(f"query: expected compare to be one of {expected}, found {compare[:40]!r}")


def canonical(value: str) -> str:
    """A value of a filter, as it is compared: numbers without leading zeros."""
    return str(int(value)) if value.isascii() and value.isdigit() else value


def _values(name: str, text: str) -> frozenset[str]:
    values = text.split(",")
    if len(values) > MAX_VALUES or not all(_VALUE.fullmatch(value) for value in values):
        raise InvalidRequestError(f"query: expected {name} to be at most {MAX_VALUES} ids, commas between them")
    return frozenset(map(canonical, values))


def _day(asked: Mapping[str, str], name: str) -> date | None:
    if not asked.get(name):
        return None
    try:
        return date.fromisoformat(asked[name])
    except ValueError:
        raise InvalidRequestError(f"query: expected {name} to be a day (2026-01-31)") from None
