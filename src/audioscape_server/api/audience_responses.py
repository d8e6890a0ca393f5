"""What the read API answers about players, field by field, in the words of the OpenAPI document."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from audioscape_server.api.responses import Amount, Count

Share = Annotated[float, Meta(ge=0, le=1)]
Preparing = Annotated[
    Share | None,
    Meta(
        description="While it is not told yet who is new, because the server has yet to look through a long history: "
        "the part of its events that it has looked through. Else null."
    ),
]


class AudienceDay(Struct):
    """A day of the zone."""

    start: Annotated[str, Meta(description="Start of the day in UTC, RFC 3339.")]
    label: Annotated[str, Meta(description="The day, as the zone of the question writes it.")]
    dau: Annotated[Count, Meta(description="Active players: distinct `player_id`s with an event on this day.")]
    wau: Annotated[Count, Meta(description="Active players of the 7 days that end with this one.")]
    mau: Annotated[Count, Meta(description="Active players of the 28 days that end with this one.")]
    stickiness: Annotated[Share | None, Meta(description="`dau` / `mau`; null when there is none.")]
    new: Annotated[
        Count | None,
        Meta(
            description="Active players whose first event in the project ever, of any kind, is of this day; null while "
            "`preparing`."
        ),
    ]
    returning: Annotated[Count | None, Meta(description="All other active players; null while `preparing`.")]


class SessionsDay(Struct):
    """A day of the zone."""

    start: Annotated[str, Meta(description="Start of the day in UTC, RFC 3339.")]
    label: Annotated[str, Meta(description="The day, as the zone of the question writes it.")]
    sessions: Annotated[Count, Meta(description="Sessions that began on this day.")]
    median_session_seconds: Annotated[
        Amount | None, Meta(description="Median length of these sessions, from first to last event; null without any.")
    ]


class ListeningTime(Struct):
    """Players who listened for about so long."""

    from_minutes: Annotated[Count, Meta(description="At least so many minutes in the period.")]
    to_minutes: Annotated[int | None, Meta(description="Less than so many; null = any number.")]
    listeners: Annotated[Count, Meta(description="How many players with a `play`, `stop` or `skip` did.")]


class Segment(Struct):
    """Players who were active on about so many days."""

    name: Annotated[str, Meta(description="`light`, `moderate` or `super`.")]
    from_days: Annotated[Count, Meta(description="At least so many active days of the last 28.")]
    to_days: Annotated[Count, Meta(description="At most so many.")]
    players: Annotated[Count, Meta(description="How many players were.")]


class Audience(Struct, rename={"since": "from", "until": "to"}):
    """Who is there, and how often. Players are counted exactly, however many there are."""

    since: Annotated[str, Meta(description="Start of the period, RFC 3339: of the day in which `from` is.")]
    until: Annotated[str, Meta(description="End of the period, RFC 3339; excluded.")]
    players: Annotated[Count, Meta(description="Distinct players with an event in the period.")]
    new: Annotated[
        Count | None,
        Meta(
            description="Those of them whose first event in the project ever, of any kind, is in the period. With "
            "filters this may be more than the days' `new` together: somebody may be new elsewhere, and here later. "
            "Null while `preparing`."
        ),
    ]
    returning: Annotated[Count | None, Meta(description="All others of them; null while `preparing`.")]
    preparing: Preparing
    days: Annotated[list[AudienceDay], Meta(description="Every day of the period; the last one up to `to`.")]
    segments: Annotated[
        list[Segment], Meta(description="The players of the last 28 days by how many of them they were active on.")
    ]


class Sessions(Struct, rename={"since": "from", "until": "to"}):
    """How long players stay, and listen. Players are counted exactly, however many there are."""

    since: Annotated[str, Meta(description="Start of the period, RFC 3339: of the day in which `from` is.")]
    until: Annotated[str, Meta(description="End of the period, RFC 3339; excluded.")]
    sessions: Annotated[Count, Meta(description="Sessions that began in the period.")]
    median_session_seconds: Annotated[Amount | None, Meta(description="Their median length; null without any.")]
    days: Annotated[list[SessionsDay], Meta(description="Every day of the period; the last one up to `to`.")]
    listening: Annotated[list[ListeningTime], Meta(description="Listeners by how long they listened in the period.")]
    events: Annotated[Count, Meta(description="Events in the period.")]
    events_without_player: Annotated[Count, Meta(description="Those without a `player_id`: they count nowhere here.")]
    share_without_player: Annotated[Share | None, Meta(description="Their share; null without events.")]


class CohortCell(Struct):
    """Those of a cohort who came back after so many weeks or days."""

    offset: Annotated[Count, Meta(description="Weeks or days after the cohort's own.")]
    players: Annotated[int | None, Meta(description="How many came back then; null when that is still to come.")]
    share: Annotated[Share | None, Meta(description="Their share of the cohort; null when that is empty.")]
    is_mature: Annotated[bool, Meta(description="Whether that week or day is over at `to`; else it may still rise.")]


class Cohort(Struct):
    """The players who were new in a week or on a day."""

    start: Annotated[str, Meta(description="Start of the week or the day in UTC, RFC 3339.")]
    label: Annotated[str, Meta(description="How the zone of the question writes it, as in the overview.")]
    size: Annotated[Count, Meta(description="Players whose first event in the project ever is of then.")]
    cells: Annotated[list[CohortCell], Meta(description="By week 0 to 11; by day 1, 7 and 30.")]


class RetentionAverage(Struct):
    """What all cohorts together make of one offset."""

    offset: Annotated[Count, Meta(description="Weeks or days after the cohort's own.")]
    size: Annotated[Count, Meta(description="Players in the cohorts whose cell is mature.")]
    players: Annotated[Count, Meta(description="Those of them who came back then.")]
    share: Annotated[Share | None, Meta(description="`players` / `size`; null when there are none.")]


class Cohorts(Struct, rename={"until": "to"}):
    """How many new players come back. Players are counted exactly, however many there are."""

    until: Annotated[str, Meta(description="End of what is counted, RFC 3339; excluded.")]
    cohorts: Annotated[
        list[Cohort],
        Meta(description="The last 12 weeks, or the last 91 days, the oldest first; none while `preparing`."),
    ]
    average: Annotated[
        list[RetentionAverage], Meta(description="For each offset, over all cohorts with a mature cell.")
    ]
    preparing: Preparing


class CohortRow(Struct):
    """One cell, as CSV has it."""

    start: str
    label: str
    size: int
    offset: int
    players: int | None
    share: float | None
    is_mature: bool
