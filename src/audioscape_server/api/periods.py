"""Periods: how their two ends are read and written, and which whole hours, days, weeks and months are in them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, get_args

from audioscape_server.api.refusals import refuse

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

_UNIX_SECONDS: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,20})?")
_RFC_3339: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,20})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole hours or days inside a period: [start, end) in Unix seconds."""

    start: int
    end: int

    @property
    def first_day(self) -> date:
        """The day (UTC) with which whole days begin."""
        return datetime.fromtimestamp(self.start, UTC).date()

    @property
    def end_day(self) -> date:
        """The day (UTC) before which they end."""
        return datetime.fromtimestamp(self.end, UTC).date()


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

    @property
    def is_in_hours(self) -> bool:
        """Whether it begins and ends with an hour, as the one before does."""
        return all(end % HOUR_S == 0 for end in (self.previous.since, self.since, self.until))

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


def period(since: str | None, until: str | None, now: float) -> Period:
    """Read `from` and `to`; together they default to the last 28 days, so that all that was accepted is inside."""
    end = _time("to", until) if until is not None else (math.floor((now + AHEAD_S) / HOUR_S) + 1) * float(HOUR_S)
    start = _time("from", since) if since is not None else max(0.0, end - DEFAULT_PERIOD_S)
    if start >= end:
        refuse("from", since or rfc3339(start), f"a time before to, which is {rfc3339(end)}")
    return Period(start, end)


def check_length(asked: Period, interval: Unit) -> None:
    """Refuse a period that is too long to be shown by this interval."""
    longest = MAX_PERIOD_HOUR_S if interval == "hour" else MAX_PERIOD_S
    if asked.until - asked.since > longest:
        days = (asked.until - asked.since) / DAY_S
        refuse("from", f"{days:,.1f} days", f"at most {longest // DAY_S:,} days before to, with interval={interval}")


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
