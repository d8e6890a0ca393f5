"""Time zones: which instants a day, an hour, a week or a month of a zone begins at, and how a page writes that.

Everything about zones is worked out here, from one set of rules (Python's `zoneinfo`). Statements are given instants
and know nothing of zones, so no second set of rules, of another year, can disagree.

Promises
    * Days follow each other without a gap. A day begins at the first instant from which on the clock never shows an
      earlier date: so it has 23 or 25 hours where the clock is moved, a date that a zone left out has no day, and a
      clock that is put back over midnight does not make a day twice.
    * An hour begins when the clock shows a full hour, and when the clock is moved. Where it is put back, the hour that
      is shown twice is two hours, told apart by their offset from UTC.
    * A week begins with the day that was asked for, a month with its first day.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from audioscape_server.api.refusals import refuse

HOUR_S: Final = 3_600
DAY_S: Final = 86_400
#: Names of the lengths of a bucket of a series.
Unit = Literal["hour", "day", "week", "month"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
#: With which day weeks may begin, and its number as `date.weekday` has it.
WEEK_STARTS: Final = {"monday": 0, "sunday": 6, "saturday": 5}

_ONE_DAY: Final = timedelta(days=1)
_NAME: Final = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
#: Not zones, though the machine has files of their names.
_NO_ZONES: Final = frozenset({"Factory", "localtime"})


@dataclass(frozen=True, slots=True)
class Calendar:
    """How one zone counts hours, days, weeks and months.

    Attributes:
        zone: the zone.
        first_weekday: with which day weeks begin, as `date.weekday` counts.
    """

    zone: tzinfo = UTC
    first_weekday: int = 0

    def local(self, instant: float) -> datetime:
        """What calendar and clock show at an instant (Unix seconds)."""
        return datetime.fromtimestamp(instant, self.zone)

    def midnight(self, day: date) -> int:
        """The instant (Unix seconds) with which a day begins."""
        shown = datetime.combine(day, time(), self.zone)
        first, second = (int(shown.replace(fold=fold).timestamp()) for fold in (0, 1))
        # Shown twice; between, the clock may have gone back to the day before. Where it is left out, `first` is the
        # instant of the jump: since 1970 none began before midnight and ended after it.
        return second if first < second and self.local(second - 1).date() < day else first

    def starts(self, since: int, until: int, unit: Unit) -> list[int]:
        """The start of each bucket that touches [since, until), in Unix seconds."""
        if unit == "hour":
            return list(self._hours(since, until))
        day = self._first_day(self.local(since).date(), unit)
        # Where a clock was put back over midnight, the date shown may be one whose day is over, or has not begun.
        while self.midnight(day) > since:
            day = self._first_day(day - _ONE_DAY, unit)
        starts: list[int] = []
        start = self.midnight(day)
        while start < until:
            day = self._next_day(day, unit)
            following = self.midnight(day)
            if following > start:  # else it is a date that was left out
                starts.append(start)
            start = following
        return starts

    def label(self, start: int, unit: Unit) -> str:
        """How a page writes the bucket that begins at an instant: the hour with its offset, the day, the month."""
        if unit == "hour":
            return self.local(start).isoformat(timespec="minutes")
        day = self.day(start)
        return f"{day:%Y-%m}" if unit == "month" else day.isoformat()

    def day(self, instant: float) -> date:
        """The day in which an instant lies."""
        shown = self.local(instant).date()
        return shown if self.midnight(shown) <= instant else shown - _ONE_DAY

    def place(self, instant: float) -> tuple[date, time]:
        """The day in which an instant lies, and the time that the clock shows; 0:00 when the day begins."""
        day = self.day(instant)
        return day, time() if instant == self.midnight(day) else self.local(instant).time()

    def back(self, instant: int, days: int) -> int:
        """The instant with the same place in the day so many days before."""
        day, shown = self.place(instant)
        day -= timedelta(days=days)
        if shown == time():
            return self.midnight(day)
        return int(datetime.combine(day, shown, self.zone).replace(fold=self.local(instant).fold).timestamp())

    def wall_s(self, since: float, until: float) -> float:
        """How far the clock on the wall goes on from one instant to another, in seconds."""
        return until - since + _offset(self.local(until)) - _offset(self.local(since))

    def segments(self, since: int, until: int) -> list[tuple[int, int]]:
        """From which instants in [since, until) on the clock is how many seconds ahead of UTC."""
        found = [(since, self._offset_at(since))]
        for day in range(since + DAY_S, until + DAY_S, DAY_S):
            end = min(day, until - 1)
            if self._offset_at(end) != found[-1][1]:
                at = _first(found[-1][0], end, lambda at, was=found[-1][1]: self._offset_at(at) != was)
                found.append((at, self._offset_at(at)))
        return found

    def _first_day(self, day: date, unit: Unit) -> date:
        if unit == "week":
            return day - timedelta(days=(day.weekday() - self.first_weekday) % 7)
        return day.replace(day=1) if unit == "month" else day

    def _next_day(self, day: date, unit: Unit) -> date:
        if unit == "month":
            return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return day + (7 if unit == "week" else 1) * _ONE_DAY

    def _hours(self, since: int, until: int) -> Iterator[int]:
        offset = self._offset_at(since)
        start = since - (since + offset) % HOUR_S
        if self._offset_at(start) != offset:
            start = _first(start, since, lambda at: self._offset_at(at) == offset)
        while start < until:
            yield start
            offset = self._offset_at(start)
            following = start + HOUR_S - (start + offset) % HOUR_S
            if self._offset_at(following - 1) != offset:
                following = _first(start, following - 1, lambda at, was=offset: self._offset_at(at) != was)
            start = following

    def _offset_at(self, instant: int) -> int:
        return _offset(self.local(instant))


#: What holds where no zone is asked for.
DEFAULT: Final = Calendar()


def calendar(zone: str, week_start: str = "monday") -> Calendar:
    """Read `zone` and `week_start`.

    Raises:
        InvalidRequestError: one of them is unknown; the text names it.
    """
    if week_start not in WEEK_STARTS:
        refuse("week_start", week_start, f"one of {', '.join(WEEK_STARTS)}")
    if zone == "UTC":
        return Calendar(UTC, WEEK_STARTS[week_start])
    if not _NAME.fullmatch(zone) or zone not in _names():
        refuse("zone", zone, "a time zone by its IANA name, such as Europe/Berlin or UTC")
    return Calendar(ZoneInfo(zone), WEEK_STARTS[week_start])


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_ZONES


def _offset(shown: datetime) -> int:
    offset = shown.utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first of [low, high] for which something holds that holds from there on; it does at `high`."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
