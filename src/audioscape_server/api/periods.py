"""Periods: how their two ends are read and written, and which hours, days, weeks and months are in them."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from audioscape_server.api import zones
from audioscape_server.api.refusals import refuse
from audioscape_server.api.zones import DAY_S, HOUR_S, Calendar, Unit

#: Length of the default period.
DEFAULT_DAYS: Final = 28
#: Events may carry a time this far ahead of ours (seconds); the default period ends late enough to show them.
AHEAD_S: Final = 300
#: Times that the warehouse can hold: up to the year 2100, in Unix seconds.
MAX_TIME_S: Final = 4_102_444_800
#: Which earlier period one is compared with: the one that ends where it starts, or the same weekdays of a year before.
Comparison = Literal["previous", "year"]
COMPARISONS: Final[tuple[Comparison, ...]] = get_args(Comparison)
#: Days between a day and the same weekday of the year before.
YEAR_DAYS: Final = 364
#: By how much the end of what is compared moves on (seconds): so an answer about now stays the same for a moment.
_NOW_STEP_S: Final = 60
#: The longest period that is shown by hour, and by all else: a bucket too many is a slow page that nobody reads.
MAX_PERIOD_HOUR_S: Final = 100 * DAY_S
MAX_PERIOD_S: Final = 3_660 * DAY_S

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
    """A half-open interval [since, until) of Unix seconds, and the calendar by which it is told."""

    since: float
    until: float
    calendar: Calendar = zones.DEFAULT

    @property
    def days(self) -> int | None:
        """How many days of the calendar it is long, if a number of them: its ends are at the same time of a day."""
        since, until = math.floor(self.since), math.floor(self.until)
        (first, shown), (last, shown_last) = self.calendar.place(since), self.calendar.place(until)
        is_whole = shown == shown_last and self.since - since == self.until - until
        return (last - first).days or None if is_whole else None

    @property
    def is_utc_days(self) -> bool:
        """Whether it is whole days of UTC: then the day of an event, which is stored, says that it is inside."""
        return self.since % DAY_S == 0 == self.until % DAY_S

    @property
    def previous(self) -> "Period":
        """The period that ends where this one starts, of as many days, or else as many seconds."""
        return Period(self.before(self.since), self.since, self.calendar)

    def earlier(self, comparison: Comparison) -> "Period":
        """The whole period that this one is compared with."""
        if comparison == "previous":
            return self.previous
        return Period(self.before(self.since, comparison), self.before(self.until, comparison), self.calendar)

    def compared(self, now: float, comparison: Comparison = "previous") -> "Compared":
        """With what this period is compared at some time (Unix seconds)."""
        earlier = self.earlier(comparison)
        if now >= self.until:
            return Compared(earlier)
        minute = now // _NOW_STEP_S * _NOW_STEP_S
        stands_for_now = max(earlier.since, self.before(max(minute, self.since), comparison))
        return Compared(earlier, math.floor(stands_for_now))

    def before(self, instant: float, comparison: Comparison = "previous") -> float:
        """The instant of the earlier period that stands for one of this."""
        days = YEAR_DAYS if comparison == "year" else self.days
        if days is None:
            return max(0.0, instant - (self.until - self.since))
        whole = math.floor(instant)
        return max(0.0, self.calendar.back(whole, days) + (instant - whole))

    def pinned(self) -> dict[str, str]:
        """As parameters that mean the same at any later time."""
        return {"from": _unix_text(self.since), "to": _unix_text(self.until)}

    def whole(self, unit: int) -> Whole:
        """Return the whole units (seconds) that lie inside, or `NO_WHOLE`."""
        # Whole seconds first: a quotient of floats would round a time just after the hour to the hour.
        start, end = -(-math.ceil(self.since) // unit) * unit, math.floor(self.until) // unit * unit
        return Whole(start, end) if start < end else NO_WHOLE

    @property
    def asked(self) -> dict[str, Any]:
        """What statements are told that read its events."""
        return {"since": self.since, "until": self.until, "utc_days": int(self.is_utc_days)}

    def bounds(self, *, rollup: bool) -> dict[str, Any]:
        """What statements are told that read its whole days from a rollup, if that knows enough, and the rest."""
        days = self.whole(DAY_S) if rollup else NO_WHOLE
        return self.asked | {
            "days_from": days.first_day, "days_to": days.end_day, "cut_days": [],
            "some_days": int(days != NO_WHOLE), "whole_days": int(rollup and self.is_utc_days),
        }  # fmt: skip

    def buckets(self, unit: Unit) -> list[int]:
        """The start of each hour, day, week or month (Unix seconds) that touches the period."""
        return self.calendar.starts(math.floor(self.since), math.ceil(self.until), unit)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a period is compared with: an earlier one, and of that no more than what stands for the time until now.

    Attributes:
        period: the whole earlier period.
        until: where what is compared ends (Unix seconds), where that is before its end: the other is not over yet.
    """

    period: Period
    until: int | None = None

    @property
    def end(self) -> float:
        """Where what is compared ends, in Unix seconds."""
        return self.period.until if self.until is None else max(self.period.since, self.until)


def period(since: str | None, until: str | None, now: float, calendar: Calendar = zones.DEFAULT) -> Period:
    """Read `from` and `to`; together they default to the last 28 days, so that all that was accepted is inside."""
    end = _time("to", until, calendar) if until is not None else next_hour(now + AHEAD_S, calendar)
    start = _time("from", since, calendar) if since is not None else _days_before(end, calendar)
    if start >= end:
        refuse("from", since or rfc3339(start), f"a time before to, which is {rfc3339(end)}")
    return Period(start, end, calendar)


def check_length(asked: Period, interval: Unit) -> None:
    """Refuse a period that is too long to be shown by this interval."""
    longest = MAX_PERIOD_HOUR_S if interval == "hour" else MAX_PERIOD_S
    length = asked.calendar.wall_s(asked.since, asked.until)
    if length > longest:
        days = length / DAY_S
        refuse("from", f"{days:,.1f} days", f"at most {longest // DAY_S:,} days before to, with interval={interval}")


def rfc3339(seconds: float) -> str:
    """Write a time in UTC, with as many digits of a second as it has, at most six."""
    whole, fraction = divmod(round(Decimal(seconds), 6), 1)
    digits = f"{fraction:.6f}"[1:].rstrip("0").rstrip(".")
    return _utc(int(whole)) + digits + "Z"


def _unix_text(seconds: float) -> str:
    # The shortest text that is read as the same number, without an exponent.
    return f"{Decimal(repr(seconds)):f}".removesuffix(".0")


def next_hour(now: float, calendar: Calendar) -> float:
    """The end of the hour of the calendar in which an instant lies."""
    _, end = calendar.starts(math.floor(now), math.floor(now) + HOUR_S + 1, "hour")[:2]
    return float(end)


def _days_before(end: float, calendar: Calendar) -> float:
    whole = math.floor(end)
    return max(0.0, calendar.back(whole, DEFAULT_DAYS) + (end - whole))


def _utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _time(name: str, text: str, calendar: Calendar) -> float:
    expected = "RFC 3339 (2026-01-31T12:00:00Z; write + as %2B), a date (2026-01-31) or Unix seconds"
    if _UNIX_SECONDS.fullmatch(text):
        seconds = float(text)
    elif _DATE.fullmatch(text):
        try:
            seconds = float(calendar.midnight(date.fromisoformat(text)))
        except (ValueError, OverflowError):
            refuse(name, text, expected)
    elif match := _RFC_3339.fullmatch(text):
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
