"""The buckets of a period, and of the one before, as statements are told them.

A statement gets the start of each bucket as Unix seconds, and puts what it reads under the last start that is not after
it. So zones are not its business, and any buckets are as exact as any others.

Which rows may be read from rollups, which are by hours and days of UTC: those that no bucket begins within. The others
are *cut*: a cut day is read by its hours where a rollup has them, and by its events where none does; a cut hour is read
by its events.

The buckets of the period before, for comparing: for each bucket of the period the time that lies as far before it as
the period before lies before the period. So there are as many, each is as long as the one that it stands for (but for
hours that a clock leaves out or shows twice), and they add up to the period before.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from audioscape_server.api.periods import DAY_S, HOUR_S, NO_WHOLE, Period, Unit


@dataclass(frozen=True, slots=True)
class Timeline:
    """The buckets of a period.

    Attributes:
        period: the period.
        unit: what its buckets are called.
        starts: of each bucket, in Unix seconds; the first may begin before the period.
        before: of each bucket of the period before; empty when it is asked for as a whole.
        alone: whether nothing of the period before is asked for.
    """

    period: Period
    unit: Unit
    starts: Sequence[int]
    before: Sequence[int] = ()
    alone: bool = False

    @classmethod
    def of(cls, period: Period, unit: Unit, *, with_before: bool = False, alone: bool = False) -> "Timeline":
        """The buckets of a period by hour, day, week or month."""
        starts = period.buckets(unit)
        if alone or not with_before:
            return cls(period, unit, starts, alone=alone)
        inside = [period.since, *starts[1:]]
        # Never back: an hour that is shown twice stands for one that is shown once.
        return cls(period, unit, starts, list(accumulate((math.floor(period.before(one)) for one in inside), max)))

    @property
    def only_before(self) -> "Timeline":
        """The period before by itself, with its buckets."""
        period = self.period.previous
        return Timeline(period, self.unit, self.before or [math.floor(period.since)])

    def asked(self, *, rollup: bool = True, alone: bool = False) -> dict[str, Any]:
        """What statements are told: the ends of both periods, their buckets, and what may be read from rollups.

        Args:
            rollup: whether a rollup knows enough to be read.
            alone: not of the period before.
        """
        period = self.period
        before = Period(period.since, period.since) if alone or self.alone else period.previous
        days = period.whole(DAY_S) if rollup else NO_WHOLE
        days_before = before.whole(DAY_S) if rollup else NO_WHOLE
        hours, hours_before = period.whole(HOUR_S), before.whole(HOUR_S)

        def is_whole(unit: int) -> bool:
            ends = (before.since, period.since, period.until)
            return all(end % unit == 0 for end in ends) and not self._cut(unit)

        return {
            **period.asked, "before": before.since,
            "some_days": int((days, days_before) != (NO_WHOLE, NO_WHOLE)),
            "whole_days": int(rollup and is_whole(DAY_S)), "whole_hours": int(is_whole(HOUR_S)),
            "days_from": days.first_day, "days_to": days.end_day,
            "days_before_from": days_before.first_day, "days_before_to": days_before.end_day,
            "hours_from": hours.start, "hours_to": hours.end,
            "hours_before_from": hours_before.start, "hours_before_to": hours_before.end,
            "starts": [max(0, start) for start in self.starts],
            # A statement wants one at least, and is told whether to heed them.
            "starts_before": [*self.before] or [0], "with_before": int(bool(self.before)),
            "cut_days": self._cut(DAY_S), "cut_hours": self._cut(HOUR_S),
        }  # fmt: skip

    @property
    def cut_share(self) -> float:
        """Which share of what is between the ends of the period lies in cut days; by hour all of it."""
        days = self.period.whole(DAY_S)
        if self.unit == "hour" or days == NO_WHOLE:
            return float(self.unit == "hour")
        return len(_numbers(self.starts[1:], DAY_S)) * DAY_S / (days.end - days.start)

    def _cut(self, length: int) -> list[int]:
        # The first ones begin with their periods, or before.
        return _numbers((*self.starts[1:], *self.before[1:]), length)


def _numbers(starts: Iterable[int], length: int) -> list[int]:
    """Within which hours or days (seconds) something begins, counted from 1970."""
    return sorted({start // length for start in starts if start % length})
