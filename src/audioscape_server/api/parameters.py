"""The query parameters: what each means, how it is read, and what to say when it can not be.

Every reader takes the text as it came and returns a value, or raises `InvalidRequestError` with a text that names the
parameter, what was found and what is expected.
"""

import base64
import binascii
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, NoReturn, cast, get_args

import msgspec
from litestar.params import PathParameter, QueryParameter

from audioscape_server.api.responses import SORTS
from audioscape_server.errors import InvalidRequestError

HOUR_S: Final = 3_600
DAY_S: Final = 86_400
#: Length of the default period, in seconds.
DEFAULT_PERIOD_S: Final = 28 * DAY_S
#: Events may carry a time this far ahead of ours (seconds); the default period ends late enough to show them.
AHEAD_S: Final = 300
#: Times that the warehouse can hold: up to the year 2100, in Unix seconds.
MAX_TIME_S: Final = 4_102_444_800
#: Names of the lengths of a bucket of a series.
Unit = Literal["hour", "day", "week", "month"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
#: The longest period that is shown by hour, and by all else: a bucket too many is a slow page that nobody reads.
MAX_PERIOD_HOUR_S: Final = 100 * DAY_S
MAX_PERIOD_S: Final = 3_660 * DAY_S
#: Length of a unit and the start of the first one, in Unix seconds; weeks start on Monday.
_LENGTHS: Final = {"hour": (HOUR_S, 0), "day": (DAY_S, 0), "week": (7 * DAY_S, 4 * DAY_S)}
MAX_ID: Final = 2**63 - 1
#: Rows of a page, and rows that may be left out before it.
MAX_LIMIT: Final = 1_000
MAX_OFFSET: Final = 1_000_000_000
#: Values of a filter.
MAX_VALUES: Final = 100
#: Characters of a refused value that are shown.
_SHOWN_CHARS: Final = 40

_UNIX_SECONDS: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,20})?")
_RFC_3339: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,20})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS: Final = re.compile(r"[0-9]{1,19}")
_KEY_ID: Final = re.compile(r"[0-9a-zA-Z_-]{1,64}")


_ID = {"type": "string", "pattern": "^[0-9]{1,19}$", "title": "decimal digits"}
_IDS = {"type": "string", "pattern": "^[0-9]{1,19}(,[0-9]{1,19})*$", "title": "decimal digits, commas between ids"}
_START = {"type": "string", "examples": ["2026-01-01T00:00:00Z", "2026-01-01", "1767225600"]}
_END = {"type": "string", "examples": ["2026-02-01T00:00:00Z", "2026-02-01", "1769904000.5"]}


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
        description="Start of the period, included: RFC 3339, a date (its midnight in UTC) or Unix seconds. "
        "Default: 28 days before `to`.",
    ),
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
Universe = Annotated[
    str | None,
    QueryParameter(schema_extra=_IDS, description="Only events of these universes; 0 = sent without one."),
]
Place = Annotated[
    str | None, QueryParameter(schema_extra=_IDS, description="Only events of these places; 0 = sent without one.")
]
Assets = Annotated[
    str | None, QueryParameter(name="asset", schema_extra=_IDS, description="Only events of these assets.")
]
Key = Annotated[
    str | None,
    QueryParameter(
        schema_extra={
            "type": "string",
            "pattern": "^[0-9a-zA-Z_-]{1,64}(,[0-9a-zA-Z_-]{1,64})*$",
            "title": "ids of API keys, commas between them",
        },
        description="Only events that were sent with these API keys, by the ids that `audioscape keys list` shows.",
    ),
]
Exact = Annotated[
    str,
    QueryParameter(
        schema_extra=_choice(("true", "false")),
        description="Count more than 10,000 listeners exactly too, which takes longer; else the count is an estimate.",
    ),
]
Interval = Annotated[
    str,
    QueryParameter(
        schema_extra=_choice(UNITS),
        description="Length of a bucket of the series, in UTC; a week starts on Monday. A period may have 100 days by "
        "hour, else 3,660.",
    ),
]
Sort = Annotated[
    str,
    QueryParameter(schema_extra=_choice(SORTS), description="The measure to sort by; without a value comes last."),
]
Order = Annotated[
    str, QueryParameter(schema_extra=_choice(("asc", "desc")), description="Ties are sorted by id, ascending.")
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


def refuse(name: str, found: str, expected: str) -> NoReturn:
    """Say what is wrong with a parameter."""
    raise InvalidRequestError(f"{name}: expected {expected}, found {_shown(found)}")


def refuse_unknown(name: str, known: Sequence[str]) -> NoReturn:
    """Say that there is no parameter of this name, and which there are."""
    raise InvalidRequestError(f"unknown parameter {_shown(name)}: expected {' or '.join(known) or 'none at all'}")


def _shown(found: str) -> str:
    # Cut after escaping too: an escaped character can take ten.
    shown = repr(found[: _SHOWN_CHARS + 1])
    return shown if len(shown) <= _SHOWN_CHARS + len("''") else f"{shown[:_SHOWN_CHARS]}…"


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole hours or days inside a period: [start, end) in Unix seconds."""

    start: int
    end: int


#: No whole unit: every event of the period is read by itself.
NO_WHOLE: Final = Whole(0, 0)


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open interval [since, until) of Unix seconds."""

    since: float
    until: float

    @property
    def previous(self) -> "Period":
        """The period of equal length that ends where this one starts."""
        return Period(max(0.0, self.since - (self.until - self.since)), self.since)

    def pinned(self) -> dict[str, str]:
        """As parameters that mean the same at any later time."""
        return {"from": _unix_text(self.since), "to": _unix_text(self.until)}

    def whole(self, unit: int) -> Whole:
        """Return the whole units (seconds) that lie inside, or `NO_WHOLE`."""
        # Whole seconds first: a quotient of floats would round a time just after the hour to the hour.
        start, end = -(-math.ceil(self.since) // unit) * unit, math.floor(self.until) // unit * unit
        return Whole(start, end) if start < end else NO_WHOLE

    def buckets(self, unit: Unit) -> Sequence[int]:
        """Return the start of each hour, day, week or month (Unix seconds, UTC) that touches the period."""
        end = math.ceil(self.until)
        if unit == "month":
            return _months(math.floor(self.since), end)
        length, offset = _LENGTHS[unit]
        return range((math.floor(self.since) - offset) // length * length + offset, end, length)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events a question is about: those with one of these values each. An empty list lets all pass."""

    universes: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    assets: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()


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


def period(since: str | None, until: str | None, now: float) -> Period:
    """Read `from` and `to`; together they default to the last 28 days, so that all that was accepted is inside."""
    end = _time("to", until) if until is not None else (math.floor((now + AHEAD_S) / HOUR_S) + 1) * float(HOUR_S)
    start = _time("from", since) if since is not None else max(0.0, end - DEFAULT_PERIOD_S)
    if start >= end:
        refuse("from", since or rfc3339(start), f"a time before to, which is {rfc3339(end)}")
    return Period(start, end)


def interval(text: str, asked: Period) -> Unit:
    """Read the `interval` by which a period is shown; refuse a period that is too long for it."""
    chosen = cast("Unit", choice("interval", text, UNITS))
    check_length(asked, chosen)
    return chosen


def check_length(asked: Period, interval: Unit) -> None:
    """Refuse a period that is too long to be shown by this interval."""
    longest = MAX_PERIOD_HOUR_S if interval == "hour" else MAX_PERIOD_S
    if asked.until - asked.since > longest:
        days = (asked.until - asked.since) / DAY_S
        refuse("from", f"{days:,.1f} days", f"at most {longest // DAY_S:,} days before to, with interval={interval}")


def identifier(name: str, text: str | None) -> int | None:
    """Read an id of decimal digits."""
    return None if text is None else _identifier(name, text)


def _identifier(name: str, text: str) -> int:
    if not _DIGITS.fullmatch(text) or int(text) > MAX_ID:
        refuse(name, text, "1 to 19 decimal digits, at most 9223372036854775807")
    return int(text)


def filters(
    universe: str | None = None, place: str | None = None, asset: str | None = None, key: str | None = None
) -> Filters:
    """Read which events are wanted."""
    return Filters(
        universes=_identifiers("universe", universe),
        places=_identifiers("place", place),
        assets=_identifiers("asset", asset),
        keys=tuple(_key_id(text) for text in _values("key", key)),
    )


def _values(name: str, text: str | None) -> list[str]:
    values = [] if text is None else text.split(",")
    if len(values) > MAX_VALUES:
        refuse(name, f"{len(values)} values", f"at most {MAX_VALUES}, with commas between them")
    return values


def _identifiers(name: str, text: str | None) -> tuple[int, ...]:
    return tuple(_identifier(name, value) for value in _values(name, text))


def _key_id(text: str) -> str:
    if not _KEY_ID.fullmatch(text):
        refuse("key", text, "the id of an API key, as audioscape keys list shows it")
    return text


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


def page(sort: str, order: str, limit_: str, offset_: str) -> Page:
    """Read which rows of a list of measures are wanted."""
    descending = choice("order", order, ("asc", "desc")) == "desc"
    return Page(choice("sort", sort, SORTS), descending, limit(limit_), offset(offset_))


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


def rfc3339(seconds: float) -> str:
    """Write a time in UTC, with as many digits of a second as it has, at most six."""
    whole, fraction = divmod(round(Decimal(seconds), 6), 1)
    digits = f"{fraction:.6f}"[1:].rstrip("0").rstrip(".")
    return _utc(int(whole)) + digits + "Z"


def _unix_text(seconds: float) -> str:
    # The shortest text that is read as the same number, without an exponent.
    return f"{Decimal(repr(seconds)):f}".removesuffix(".0")


def _months(since: int, until: int) -> list[int]:
    """Return the start of each month (Unix seconds, UTC) that touches [since, until)."""
    start = datetime.fromtimestamp(since, UTC).replace(day=1, hour=0, minute=0, second=0)
    starts: list[int] = []
    while start.timestamp() < until:
        starts.append(int(start.timestamp()))
        start = (start + timedelta(days=32)).replace(day=1)
    return starts


def _utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _time(name: str, text: str) -> float:
    expected = "RFC 3339 (2026-01-31T12:00:00Z; write + as %2B), a date (2026-01-31) or Unix seconds"
    if _UNIX_SECONDS.fullmatch(text):
        seconds = float(text)
    elif match := _RFC_3339.fullmatch(f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text):
        day, time, fraction, offset = match.groups()
        try:
            whole = datetime.fromisoformat(f"{day}T{time}{offset.upper()}").timestamp()
        except ValueError:
            refuse(name, text, expected)
        # datetime keeps six digits only; an event's time is a float and has more.
        seconds = float(Decimal(int(whole)) + Decimal(f"0{fraction}")) if fraction else whole
    else:
        refuse(name, text, expected)
    if not 0 <= seconds <= MAX_TIME_S:
        refuse(name, text, "a time from 1970 to 2100")
    return seconds
