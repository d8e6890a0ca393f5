"""The buckets of a period, and of an earlier one, as statements are told them.

A statement gets the start of each bucket as Unix seconds, and puts what it reads under the last start that is not after
it. So zones are not its business, and any buckets are as exact as any others.

Which rows may be read from rollups, which are by hours and days of UTC: those that no bucket begins within. The others
are *cut*: a cut day is read by its hours where a rollup has them, and by its events where none does; a cut hour is read
by its events.

The buckets of the earlier period, for comparing: for each bucket of the period the time that lies as far before it as
the earlier period lies before the period. So there are as many, each is as long as the one that it stands for (but for
hours that a clock leaves out or shows twice), and they add up to the earlier period.

A period that is not over is compared with no more of the earlier one than stands for the time until now: its measures
end there, its buckets do not. That end cuts an hour and a day, as the start of a bucket does.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from audioscape_server.api.periods import DAY_S, HOUR_S, NO_WHOLE, Compared, Comparison, Period, Unit


@dataclass(frozen=True, slots=True)
class Timeline:
    """The buckets of a period.

    Attributes:
        period: the period.
        unit: what its buckets are called.
        starts: of each bucket, in Unix seconds; the first may begin before the period.
        before: of each bucket of the earlier period; empty when it is asked for as a whole.
        compared: what the period is compared with; None: nothing.
    """

    period: Period
    unit: Unit
    starts: Sequence[int]
    before: Sequence[int] = ()
    compared: Compared | None = None

    @classmethod
    def of(cls, period: Period, unit: Unit) -> "Timeline":
        """The buckets of a period by hour, day, week or month, compared with nothing."""
        return cls(period, unit, period.buckets(unit))

    def beside(self, comparison: Comparison, now: float = math.inf, *, with_buckets: bool = False) -> "Timeline":
        """The same beside an earlier period, and by its buckets where they are asked for.

        Args:
            comparison: beside which one.
            now: by when (Unix seconds) the period may be not over.
            with_buckets: whether to tell the buckets of the earlier one.
        """
        inside = [self.period.since, *self.starts[1:]] if with_buckets else []
        instants = (math.floor(self.period.before(one, comparison)) for one in inside)
        # Never back: an hour that is shown twice stands for one that is shown once.
        return replace(self, before=list(accumulate(instants, max)), compared=self.period.compared(now, comparison))

    @property
    def alone(self) -> "Timeline":
        """The same, compared with nothing."""
        return replace(self, before=(), compared=None)

    @property
    def only_before(self) -> "Timeline":
        """The earlier period and its buckets, beside no time at all."""
        period = self._earlier
        end = Period(period.until, period.until, period.calendar)
        return replace(self, period=end, starts=[math.floor(period.until)])

    @property
    def statements(self) -> tuple["Timeline", ...]:
        """What one statement each is asked about: one reads times without a gap between them."""
        return (self,) if self._earlier.until == self.period.since else (self.alone, self.only_before)

    @property
    def begins(self) -> float:
        """The first instant that is asked for."""
        return min(self._earlier.since, self.period.since)

    @property
    def _earlier(self) -> Period:
        return self.compared.period if self.compared else Period(self.period.since, self.period.since)

    def asked(self, *, rollup: bool = True) -> dict[str, Any]:
        """What statements are told: the ends of both periods, their buckets, and what may be read from rollups.

        Args:
            rollup: whether a rollup knows enough to be read.
        """
        period, before = self.period, self._earlier
        days = period.whole(DAY_S) if rollup else NO_WHOLE
        days_before = before.whole(DAY_S) if rollup else NO_WHOLE
        hours, hours_before = period.whole(HOUR_S), before.whole(HOUR_S)

        def is_whole(unit: int) -> bool:
            ends = (before.since, period.since, period.until)
            return all(end % unit == 0 for end in ends) and not self._cut(unit)

        return {
            **self.of_events(),
            "some_days": int((days, days_before) != (NO_WHOLE, NO_WHOLE)),
            "whole_days": int(rollup and is_whole(DAY_S)), "whole_hours": int(is_whole(HOUR_S)),
            "days_from": days.first_day, "days_to": days.end_day,
            "days_before_from": days_before.first_day, "days_before_to": days_before.end_day,
            "hours_from": hours.start, "hours_to": hours.end,
            "hours_before_from": hours_before.start, "hours_before_to": hours_before.end,
            # A statement wants one at least, and is told whether to heed them.
            "starts_before": [*self.before] or [0], "with_before": int(bool(self.before)),
            "cuts_before": sorted({0, *self.before, self._compared_until}),
            "cut_days": self._cut(DAY_S), "cut_hours": self._cut(HOUR_S),
        }  # fmt: skip

    def of_events(self) -> dict[str, Any]:
        """What a statement is told that reads nothing but events."""
        return {
            **self.period.asked,
            "before": self._earlier.since,
            "starts": [max(0, start) for start in self.starts],
            "compared_until": self._compared_until,
        }

    @property
    def cut_share(self) -> float:
        """Which share of what is between the ends of the period lies in cut days; by hour all of it."""
        return self._cut_share(self.period, self.starts[1:], by_hour=self.unit == "hour")

    @property
    def cut_share_before(self) -> float:
        """The same of the earlier period."""
        starts = (*self.before[1:], self._compared_until)
        return self._cut_share(self._earlier, starts, by_hour=self.unit == "hour" and bool(self.before))

    @staticmethod
    def _cut_share(period: Period, starts: Iterable[int], *, by_hour: bool) -> float:
        days = period.whole(DAY_S)
        if by_hour or days == NO_WHOLE:
            return float(by_hour)
        return len(_numbers(starts, DAY_S)) * DAY_S / (days.end - days.start)

    @property
    def _compared_until(self) -> int:
        """Where what is compared ends, before the end of the earlier period; 0, which cuts nothing: with that."""
        return (self.compared and self.compared.until) or 0

    def _cut(self, length: int) -> list[int]:
        # The first ones begin with their periods, or before.
        return _numbers((*self.starts[1:], *self.before[1:], self._compared_until), length)


def _numbers(starts: Iterable[int], length: int) -> list[int]:
    """Within which hours or days (seconds) something begins, counted from 1970."""
    return sorted({start // length for start in starts if start % length})
