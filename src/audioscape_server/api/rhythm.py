"""At which hours of the week music is heard: plays and listeners by weekday and hour, on the clock of a zone.

An hour of the week is every Monday of the period from 14:00 to 15:00, say. Its listeners are distinct over all of
them. An hour that a clock shows twice counts twice, one that it leaves out not at all.

Where the clock of the zone is whole hours from UTC, a whole project is read from the rollup of its hours; listeners are
estimated then. Where there is little to count, or a filter, or another clock, everything is counted from the events.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from audioscape_server.api.activity import EXACT_EVENTS
from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import HOUR_S, Period, rfc3339
from audioscape_server.api.responses import Count
from audioscape_server.api.shaping import Row
from audioscape_server.api.zones import DAY_S

_WEEK_S: Final = 7 * DAY_S
_HOURS: Final = 7 * 24


class RhythmHour(Struct):
    """One hour of the week."""

    weekday: Annotated[int, Meta(ge=1, le=7, description="1 is Monday.")]
    hour: Annotated[int, Meta(ge=0, le=23, description="On the clock of the zone.")]
    plays: Annotated[Count, Meta(description="`play` events.")]
    listeners: Annotated[Count, Meta(description="Distinct `player_id`s with a `play`, `stop` or `skip`.")]


class Rhythm(Struct, rename={"since": "from", "until": "to"}):
    """At which hours of the week music is heard."""

    since: Annotated[str, Meta(description="Start of the period, RFC 3339; included.")]
    until: Annotated[str, Meta(description="End of the period, RFC 3339; excluded.")]
    listeners_exact: Annotated[
        bool,
        Meta(
            description="Whether listeners are counted. Of a whole project with more than a million events in the "
            "period they are estimates, within 0.5 % in 997 of 1,000 cases."
        ),
    ]
    hours: Annotated[list[RhythmHour], Meta(description="All 168, from Monday 0:00 on.")]


def rhythm(ask: Callable[..., list[Row]], project: str, period: Period, filters: Filters) -> Rhythm:
    """Ask for the hours of the week of a period."""
    segments = period.calendar.segments(int(period.since), int(period.until) + 1)
    asked: dict[str, Any] = {
        "project": project, **period.asked,
        "segments": [start for start, _ in segments], "shifts": [_WEEK_S + offset for _, offset in segments],
    }  # fmt: skip
    is_in_hours = all(start % HOUR_S == 0 for start, _ in segments[1:]) and all(
        offset % HOUR_S == 0 for _, offset in segments
    )
    rows: list[Row] = []
    if filters == Filters() and is_in_hours:
        hours = period.whole(HOUR_S)
        whole = int(period.since % HOUR_S == 0 == period.until % HOUR_S)
        rows = ask("read/rhythm_of_project", **asked, hours_from=hours.start, hours_to=hours.end, whole_hours=whole)
    exact = sum(row["events"] for row in rows) <= EXACT_EVENTS
    if exact:
        rows = ask("read/rhythm", **asked, **filters.lists)
    found = {row["cell"]: row for row in rows}

    def cell(number: int) -> RhythmHour:
        row = found.get(number, {"plays": 0, "listeners": 0})
        return RhythmHour(number // 24 + 1, number % 24, row["plays"], row["listeners"])

    return Rhythm(rfc3339(period.since), rfc3339(period.until), exact, [cell(number) for number in range(_HOURS)])
