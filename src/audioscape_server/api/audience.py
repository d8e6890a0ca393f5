"""Ask who is there, how often, and who comes back, and shape what the warehouse says.

Everything is by days of a zone. The rollup of places tells who was there on days of UTC; what it does not know, as
days of other zones or some assets, is worked out from the events, and so is all else. A player is active with any
event. Who is new is told by all events of the project, whatever the filters; the rest by those that pass them.

Everything here blocks: call it in a thread. The project comes from the key alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

from audioscape_server import first_seen
from audioscape_server.api.audience_responses import (
    Audience,
    AudienceDay,
    Cohort,
    CohortCell,
    CohortRow,
    Cohorts,
    ListeningTime,
    RetentionAverage,
    Segment,
    Sessions,
    SessionsDay,
)
from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import DAY_S, Period, rfc3339
from audioscape_server.api.shaping import Row
from audioscape_server.api.zones import Unit
from audioscape_server.first_seen import NotGatheredError

#: Days of which the players count as those of a week and of a month.
WEEK_DAYS: Final = 7
MONTH_DAYS: Final = 28
#: A pause longer than this (seconds) ends a session.
PAUSE_S: Final = 1_800.0
#: Sizes of numbers, in bits: each can stand for a day. Of every event a large one costs more than a list would, of a
#: player's days in the rollup less.
_DAY_BITS: Final = (64, 128, 256)
_DAY_BITS_OF_EVENTS: Final = (64,)
#: The longest period, in days: what is kept of each player grows with it.
MAX_DAYS: Final = 400
#: Lower bounds of listening times, in minutes.
LISTENING_MINUTES: Final = (0, 1, 5, 15, 30, 60, 120, 300)
_MINUTE_MICROS: Final = 60_000_000
#: How many cohorts there are, and after how many weeks or days it is looked who came back.
COHORTS: Final[dict[Unit, int]] = {"week": 12, "day": 91}
OFFSETS: Final[dict[Unit, tuple[int, ...]]] = {"week": tuple(range(12)), "day": (1, 7, 30)}
_LENGTH_S: Final[dict[Unit, int]] = {"week": 7 * DAY_S, "day": DAY_S}


@dataclass(frozen=True, slots=True)
class Bounds:
    """From how many active days on a player is moderate, and super."""

    moderate: int
    super: int


def audience(ask: Callable[..., list[Row]], project: str, period: Period, filters: Filters, bounds: Bounds) -> Audience:
    """Who was there in a period.

    Args:
        ask: runs a statement.
        project: whose events.
        period: when; it begins with a day.
        filters: which events.
        bounds: of the segments.
    """
    starts = _starts(period)
    active = _active(ask, project, period, filters, starts)
    preparing = None
    try:
        new = _new_players(ask, project, period, filters)
    except NotGatheredError as error:
        new, preparing = None, error.share
    return Audience(
        since=rfc3339(period.since),
        until=rfc3339(period.until),
        players=active.players,
        new=new and new.of_period,
        returning=_returning(active.players, new and new.of_period),
        preparing=preparing,
        days=[_day(start, period, active, new and new.on_day[start]) for start in starts],
        segments=_segments(active.by_active_days, bounds),
    )


def _active(
    ask: Callable[..., list[Row]], project: str, period: Period, filters: Filters, starts: Sequence[int]
) -> _Activity:
    """On which days players were active: those of the period, which begin at `starts`, and the 27 before them."""
    first = max(0, period.calendar.back(starts[0], MONTH_DAYS - 1))
    days = [max(0, start) for start in period.calendar.starts(first, math.ceil(period.until), "day")]
    is_of_utc = all(instant % DAY_S == 0 for instant in (*days, period.until))
    from_rollup = is_of_utc and not filters.name_assets
    sizes = _DAY_BITS if from_rollup else _DAY_BITS_OF_EVENTS
    return _Activity(
        ask(
            "audience/activity",
            project=project,
            days=days,
            day_bits=next((bits for bits in sizes if len(days) <= bits), 0),
            utc_days=int(is_of_utc),
            from_rollup=int(from_rollup),
            window_from=float(days[0]),
            until=period.until,
            last_days_from=max(0, len(days) - MONTH_DAYS),
            period_from=days.index(starts[0]),
            **filters.lists,
        ),
        days,
    )


def sessions(ask: Callable[..., list[Row]], project: str, period: Period, filters: Filters) -> Sessions:
    """How long those who were there in a period stayed, and listened.

    Args:
        ask: runs a statement.
        project: whose events.
        period: when; it begins with a day.
        filters: which events.
    """
    asked: dict[str, Any] = {"project": project, **period.asked, **filters.lists}
    starts = _starts(period)
    begun = {
        0 if row["is_all"] else row["began_on"]: row
        for row in ask("audience/sessions", days=starts, pause=PAUSE_S, **asked)
    }
    bounds = [minutes * _MINUTE_MICROS for minutes in LISTENING_MINUTES]
    heard = ask("audience/listening", bounds=bounds, **asked)
    events = sum(row["events"] for row in heard)
    unnamed = sum(row["events"] for row in heard if row["is_nobody"])
    return Sessions(
        since=rfc3339(period.since),
        until=rfc3339(period.until),
        sessions=_number(begun.get(0)),
        median_session_seconds=_median(begun.get(0)),
        days=[
            SessionsDay(
                start=rfc3339(start),
                label=period.calendar.label(start, "day"),
                sessions=_number(begun.get(start)),
                median_session_seconds=_median(begun.get(start)),
            )
            for start in starts
        ],
        listening=_listening(heard),
        events=events,
        events_without_player=unnamed,
        share_without_player=unnamed / events if events else None,
    )


def _starts(period: Period) -> list[int]:
    return [max(0, start) for start in period.buckets("day")]


class _New(NamedTuple):
    """Players whose first event ever is in the period."""

    of_period: int
    """Those who are active in it."""
    on_day: Counter[int]
    """Those who are active on that day, by its start. With filters somebody may be new elsewhere, and here later."""


def _new_players(ask: Callable[..., list[Row]], project: str, period: Period, filters: Filters) -> _New:
    rows = first_seen.asked(
        ask,
        project=project,
        name="audience/new_players",
        starts=_starts(period),
        until=period.until,
        is_filtered=int(filters != Filters()),
        **filters.lists,
    )
    on_day = Counter({row["start"]: row["players"] for row in rows})
    return _New(sum(row["of_period"] for row in rows), on_day)


class _Activity:
    """What sql/audience/activity.sql tells, by day.

    Attributes:
        players: distinct ones of the period.
        by_active_days: players by their number of active days of the last 28.
    """

    def __init__(self, rows: Iterable[Row], days: Sequence[int]) -> None:
        self._place = {day: place for place, day in enumerate(days)}
        #: What was said, and the number with it: players.
        said = Counter({(row["said"], row["number"]): row["players"] for row in rows})
        self.players = said["present", 0]
        self.by_active_days = Counter({number: said["lately", number] for number in range(1, MONTH_DAYS + 1)})
        self._said = said

    def within(self, day: int, length: int) -> int:
        """The players who were active on one of so many days that end with this one.

        Each is counted at the last of these days on which they were: the one whose next active day is after this one.
        """
        last = self._place[day]
        return sum(
            self._said["active", (last - back) * 32 + gap]
            for back in range(min(length, last + 1))
            for gap in range(back + 1, MONTH_DAYS + 1)
        )


def _returning(active: int, new: int | None) -> int | None:
    # Two players of the same 48 bits are one where they are active, and two where they are new.
    return None if new is None else max(0, active - new)


def _day(start: int, period: Period, active: _Activity, new: int | None) -> AudienceDay:
    dau, mau = active.within(start, 1), active.within(start, MONTH_DAYS)
    return AudienceDay(
        start=rfc3339(start),
        label=period.calendar.label(start, "day"),
        dau=dau,
        wau=active.within(start, WEEK_DAYS),
        mau=mau,
        stickiness=dau / mau if mau else None,
        new=new,
        returning=_returning(dau, new),
    )


def _number(row: Row | None) -> int:
    return row["sessions"] if row else 0


def _median(row: Row | None) -> float | None:
    """A median of nothing is no number."""
    return row["median_seconds"] if row and row["sessions"] else None


def _listening(rows: Sequence[Row]) -> list[ListeningTime]:
    listeners = Counter[int]()
    for row in rows:
        if row["is_listener"] and not row["is_nobody"]:
            listeners[row["bound"]] += row["players"]
    return [
        ListeningTime(minutes, following, listeners[minutes * _MINUTE_MICROS])
        for minutes, following in pairwise((*LISTENING_MINUTES, None))
        if minutes is not None
    ]


def _segments(by_active_days: Counter[int], bounds: Bounds) -> list[Segment]:
    edges = (1, bounds.moderate, bounds.super, MONTH_DAYS + 1)
    return [
        Segment(name, low, high - 1, sum(by_active_days[days] for days in range(low, high)))
        for name, (low, high) in zip(("light", "moderate", "super"), pairwise(edges), strict=True)
    ]


def cohorts(
    ask: Callable[..., list[Row]], project: str, period: Period, unit: Unit, filters: Filters, *, completed_only: bool
) -> Cohorts:
    """Who came back of those who were new.

    Args:
        ask: runs a statement.
        project: whose events.
        period: its end is that of all that is counted, its calendar says when days and weeks begin.
        unit: whether cohorts are by day or by week.
        filters: which events.
        completed_only: who completed a track came back, else who heard one at all.
    """
    count, until, calendar = COHORTS[unit], math.ceil(period.until), period.calendar
    starts = calendar.starts(max(0, until - (count + 1) * _LENGTH_S[unit]), until, unit)[-count:]
    *_, end = calendar.starts(starts[-1], starts[-1] + _LENGTH_S[unit] + DAY_S, unit)[:2]
    mature = {start: following <= period.until for start, following in pairwise((*starts, end))}
    try:
        rows = first_seen.asked(
            ask,
            project,
            "audience/cohorts",
            window_from=float(max(0, starts[0])),
            until=period.until,
            starts=[max(0, start) for start in starts],
            completed_only=int(completed_only),
            **filters.lists,
        )
    except NotGatheredError as error:
        return Cohorts(rfc3339(period.until), [], [], error.share)
    found = {(row["cohort"], row["seen_on"]): row["players"] for row in rows}

    def cell(place: int, offset: int) -> CohortCell:
        cohort, size = starts[place], found.get((starts[place], 0), 0)
        if place + offset >= len(starts):
            return CohortCell(offset, None, None, is_mature=False)
        seen_on = starts[place + offset]
        players = found.get((cohort, seen_on), 0)
        return CohortCell(offset, players, players / size if size else None, is_mature=mature[seen_on])

    of_all = [
        Cohort(
            rfc3339(start),
            calendar.label(start, unit),
            found.get((start, 0), 0),
            [cell(place, offset) for offset in OFFSETS[unit]],
        )
        for place, start in enumerate(starts)
    ]
    averages = [_average(of_all, place) for place in range(len(OFFSETS[unit]))]
    return Cohorts(rfc3339(period.until), of_all, averages, preparing=None)


def _average(of_all: Sequence[Cohort], place: int) -> RetentionAverage:
    mature = [one for one in of_all if one.cells[place].is_mature]
    size, players = sum(one.size for one in mature), sum(one.cells[place].players or 0 for one in mature)
    return RetentionAverage(of_all[0].cells[place].offset, size, players, players / size if size else None)


def rows(answer: Cohorts) -> list[CohortRow]:
    """One row for each cell, for CSV."""
    return [
        CohortRow(one.start, one.label, one.size, cell.offset, cell.players, cell.share, cell.is_mature)
        for one in answer.cohorts
        for cell in one.cells
    ]
