"""The query parameters but for times: what each means, how it is read, and what to say when it can not be.

Every reader takes the text as it came and returns a value, or raises `InvalidRequestError` with a text that names the
parameter, what was found and what is expected.
"""

import base64
import binascii
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

import msgspec
from litestar.params import PathParameter, QueryParameter

from audioscape_server.api.periods import COMPARISONS, MAX_TIME_S, Comparison, Period, check_length
from audioscape_server.api.refusals import refuse
from audioscape_server.api.responses import SORTS, TRACK_SORTS
from audioscape_server.api.zones import UNITS, WEEK_STARTS, Unit

MAX_ID: Final = 2**63 - 1
#: Rows of a page, and rows that may be left out before it.
MAX_LIMIT: Final = 1_000
MAX_OFFSET: Final = 1_000_000_000
#: Characters of a text that is looked for.
MAX_SEARCH: Final = 256
_DIGITS: Final = re.compile(r"[0-9]{1,19}")


_ID = {"type": "string", "pattern": "^[0-9]{1,19}$", "title": "decimal digits"}
_START = {"type": "string", "examples": ["2026-01-01T00:00:00Z", "2026-01-01", "1767225600"]}
_END = {"type": "string", "examples": ["2026-02-01T00:00:00Z", "2026-02-01", "1769904000.5"]}


_SEARCH = {"type": "string", "minLength": 1, "maxLength": 256, "examples": ["lofi"]}


def _number(smallest: int, largest: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": smallest, "maximum": largest}


def _choice(words: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


# Every parameter is taken as text and read by a function below, which knows how to explain what is wrong with it.
From = Annotated[
    str | None,
    QueryParameter(
        name="from",
        schema_extra=_START,
        description="Start of the period, included: RFC 3339, a date (its midnight in `zone`) or Unix seconds. "
        "Default: 28 days before `to`.",
    ),
]
Zone = Annotated[
    str,
    QueryParameter(
        schema_extra={"type": "string", "examples": ["Europe/Berlin"]},
        description="The time zone, by its IANA name, in which dates begin and by which time is counted.",
    ),
]
WeekStart = Annotated[
    str, QueryParameter(schema_extra=_choice(tuple(WEEK_STARTS)), description="With which day a week begins.")
]
To = Annotated[
    str | None,
    QueryParameter(
        name="to",
        schema_extra=_END,
        description="End of the period, excluded: as `from`. Default: the end of this hour, or of the next when that "
        "is less than 5 minutes away, so that all that was accepted is inside.",
    ),
]
Exact = Annotated[
    str,
    QueryParameter(
        schema_extra=_choice(("true", "false")),
        description="Count more than 10,000 listeners exactly too, which takes longer; else the count is an estimate.",
    ),
]
Previous = Annotated[
    str,
    QueryParameter(
        schema_extra=_choice(("true", "false")),
        description="Answer what the period is compared with, too.",
    ),
]
Compare = Annotated[
    str,
    QueryParameter(
        schema_extra=_choice(COMPARISONS),
        description="What the period is compared with: `previous`, the period of equal length that ends where it "
        "starts, or `year`, the same weekdays of a year (364 days) before. A period that is not over is compared with "
        "as much of that as stands for the time until now.",
    ),
]
ListCompare = Annotated[
    str | None,
    QueryParameter(
        name="compare",
        schema_extra=_choice(COMPARISONS),
        description="Tell which period this one is to be compared with, as `compared`: `previous` or `year`, as in the "
        "overview.",
    ),
]
PreviousSeries = Annotated[
    str,
    QueryParameter(
        name="previous_series",
        schema_extra=_choice(("true", "false")),
        description="Answer the buckets of the earlier period too, which takes longer.",
    ),
]
PlaysSeries = Annotated[
    str,
    QueryParameter(
        name="plays_series",
        schema_extra=_choice(("true", "false")),
        description="Answer the plays of each row in each bucket of the period, too; `interval` says of which length.",
    ),
]
LastEvent = Annotated[
    str,
    QueryParameter(
        name="last_event",
        schema_extra=_choice(("true", "false")),
        description="Answer when the last event of each row was, too.",
    ),
]
Interval = Annotated[
    str,
    QueryParameter(
        schema_extra=_choice(UNITS),
        description="Length of a bucket of the series, by the clock and calendar of `zone`. A period may have 100 days "
        "by hour, else 3,660.",
    ),
]
By = Annotated[
    str,
    QueryParameter(
        schema_extra=_choice(("place", "universe")),
        description="Whether each place is a row or all places of a universe are. Who was in several is one listener.",
    ),
]
Sort = Annotated[
    str,
    QueryParameter(schema_extra=_choice(SORTS), description="The measure to sort by; without a value comes last."),
]
NameSearch = Annotated[
    str | None,
    QueryParameter(
        name="search",
        schema_extra=_SEARCH,
        description="Only tracks whose title or artist in the catalog holds this text, whatever the case; or whose id "
        "it is.",
    ),
]
QuerySearch = Annotated[
    str | None,
    QueryParameter(
        name="search",
        schema_extra=_SEARCH,
        description="Only searches that hold this text, whatever the case, width and white space.",
    ),
]
TrackSort = Annotated[
    str,
    QueryParameter(
        name="sort",
        schema_extra=_choice(TRACK_SORTS),
        description="The measure to sort by; without a value comes last.",
    ),
]
Order = Annotated[
    str,
    QueryParameter(schema_extra=_choice(("asc", "desc")), description="Ties are sorted by id or by name, ascending."),
]
Limit = Annotated[str, QueryParameter(schema_extra=_number(1, MAX_LIMIT), description="How many at most.")]
Offset = Annotated[
    str, QueryParameter(schema_extra=_number(0, MAX_OFFSET), description="How many to leave out at the start.")
]
AssetPath = Annotated[str, PathParameter(schema_extra=_ID, description="The asset.")]
Type = Annotated[
    str | None,
    QueryParameter(
        name="type",
        schema_extra={"type": "string", "minLength": 1, "maxLength": 128},
        description="Only events of exactly this type.",
    ),
]
Asset = Annotated[str | None, QueryParameter(schema_extra=_ID, description="Only events of this asset.")]
Player = Annotated[
    str | None,
    QueryParameter(
        schema_extra={"type": "string", "minLength": 1, "maxLength": 256}, description="Only events of this player."
    ),
]
After = Annotated[
    str | None,
    QueryParameter(schema_extra={"type": "string"}, description="`next_cursor` of an earlier answer: continue there."),
]


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are wanted, in which order."""

    sort: str
    descending: bool
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of events ended: the place of its last event in the order."""

    timestamp: float
    spool: str
    row: int
    position: int

    def encoded(self) -> str:
        """As text that fits a URL."""
        text = msgspec.json.encode((self.timestamp, self.spool, self.row, self.position))
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def interval(text: str, asked: Period) -> Unit:
    """Read the `interval` by which a period is shown; refuse a period that is too long for it."""
    chosen = cast("Unit", choice("interval", text, UNITS))
    check_length(asked, chosen)
    return chosen


def comparison(text: str) -> Comparison:
    """Read what a period is to be compared with."""
    return cast("Comparison", choice("compare", text, COMPARISONS))


def identifier(name: str, text: str | None) -> int | None:
    """Read an id of decimal digits."""
    return None if text is None else id_of(name, text)


def id_of(name: str, text: str) -> int:
    """Read the id of a universe, a place or an asset."""
    if not _DIGITS.fullmatch(text) or int(text) > MAX_ID:
        refuse(name, text, "1 to 19 decimal digits, at most 9223372036854775807")
    return int(text)


def yes_or_no(name: str, text: str) -> bool:
    """Read true or false."""
    return choice(name, text, ("true", "false")) == "true"


def choice(name: str, text: str, choices: Collection[str]) -> str:
    """Read one of a few words."""
    if text not in choices:
        refuse(name, text, f"one of {', '.join(choices)}")
    return text


def whole_number(name: str, text: str, smallest: int, largest: int) -> int:
    """Read a whole number in a range."""
    if not _DIGITS.fullmatch(text) or not smallest <= int(text) <= largest:
        refuse(name, text, f"a whole number from {smallest} to {largest}")
    return int(text)


def limit(text: str) -> int:
    """Read how many rows are wanted at most."""
    return whole_number("limit", text, 1, MAX_LIMIT)


def offset(text: str) -> int:
    """Read how many rows are left out at the start."""
    return whole_number("offset", text, 0, MAX_OFFSET)


def page(sort: str, order: str, limit_: str, offset_: str, sorts: Collection[str] = SORTS) -> Page:
    """Read which rows of a list of measures are wanted; it can be sorted by these."""
    descending = choice("order", order, ("asc", "desc")) == "desc"
    return Page(choice("sort", sort, sorts), descending, limit(limit_), offset(offset_))


def short_text(name: str, text: str | None, longest: int) -> str | None:
    """Read a text of bounded length."""
    if text is not None and not 1 <= len(text) <= longest:
        refuse(name, text, f"1 to {longest} characters")
    return text


def cursor(text: str | None) -> Cursor | None:
    """Read a `cursor` that an earlier page answered."""
    if text is None:
        return None
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        place = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=_CURSOR)
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError):
        refuse("cursor", text, "the next_cursor of an earlier answer")
    if not (
        math.isfinite(place[0]) and 0 <= place[0] <= MAX_TIME_S and 0 <= place[2] < 2**64 and 0 <= place[3] < 2**16
    ):
        refuse("cursor", text, "the next_cursor of an earlier answer")
    return Cursor(*place)


_CURSOR: Final = tuple[float, str, int, int]
