"""Days, hours, weeks and months of time zones, compared with a walk over the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from audioscape_server.api import periods, zones
from audioscape_server.api.timeline import Timeline
from audioscape_server.api.zones import DAY_S, HOUR_S, UNITS, Unit
from audioscape_server.errors import InvalidRequestError
from support import recount

#: A zone, and days around which its clock is moved, or is not.
MOVED = [
    ("UTC", "2026-03-29"),
    ("Asia/Tehran", "2026-03-21"),  # half an hour off, and not moved since 2022
    ("Asia/Tehran", "2021-03-22"),  # moved at midnight, forward
    ("Asia/Tehran", "2021-09-22"),  # and back
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Asia/Kolkata", "2026-06-01"),
    ("Asia/Kathmandu", "2026-06-01"),
    ("Australia/Lord_Howe", "2026-04-05"),  # moved by half an hour, back
    ("Australia/Lord_Howe", "2026-10-04"),  # and forward
    ("America/St_Johns", "2010-11-07"),  # put back over midnight, from 0:01 to 23:01
    ("America/Havana", "2026-11-01"),  # from 1:00 to 0:00
    ("Pacific/Apia", "2011-12-30"),  # a date that was left out
    ("Africa/Casablanca", "2026-02-15"),
]
ids = [f"{zone} {day}" for zone, day in MOVED]


def walked(zone: str, since: int, until: int, unit: Unit) -> list[int]:
    """Where buckets begin inside, from one minute or quarter of an hour to the next.

    The day of an instant is the earliest that the clock shows from it on.
    """
    step = 60 if unit == "hour" else 900
    found: list[int] = []
    after: tuple[object, ...] | None = None
    day = date.max
    for at in range(until, since - 1, -step):
        local = datetime.fromtimestamp(at, ZoneInfo(zone))
        day = min(day, local.date())
        shown: tuple[object, ...] = {
            "hour": (local.date(), local.hour, local.utcoffset()),
            "day": (day,),
            "week": (day - timedelta(days=day.weekday()),),
            "month": (day.year, day.month),
        }[unit]
        if after is not None and shown != after:
            found.append(at + step)
        after = shown
    return found[::-1]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("zone", "day"), MOVED, ids=ids)
def test_buckets_follow_the_clock_and_the_calendar(zone: str, day: str, unit: Unit) -> None:
    middle = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    reach = {"hour": 2, "day": 3, "week": 9, "month": 40}[unit] * DAY_S
    since, until = middle - reach, middle + reach
    expected = walked(zone, since, until, unit)
    assert expected
    found = zones.calendar(zone).starts(since, until + 1, unit)
    assert [start for start in found if start > since] == expected


@given(st.sampled_from(MOVED), st.integers(-3 * DAY_S, 3 * DAY_S), st.integers(1, 40 * DAY_S), st.sampled_from(UNITS))
def test_buckets_touch_what_they_are_asked_for_and_nothing_else(
    moved: tuple[str, str], shift: int, length: int, unit: Unit
) -> None:
    since = int(datetime.fromisoformat(moved[1]).replace(tzinfo=UTC).timestamp()) + shift
    calendar = zones.calendar(moved[0])
    starts = calendar.starts(since, since + length, unit)
    assert starts[0] <= since
    assert starts[-1] < since + length
    assert all(earlier < later for earlier, later in pairwise(starts))
    assert all(start > since for start in starts[1:])
    # From anywhere in a bucket the same bucket is found, and none is called like another.
    assert calendar.starts(since, since + 1, unit) == starts[:1]
    assert len({calendar.label(start, unit) for start in starts}) == len(starts)


@pytest.mark.parametrize(
    ("zone", "unit", "since", "labels"),
    [
        ("UTC", "hour", "2026-03-29T00:00:00Z", ["2026-03-29T00:00+00:00", "2026-03-29T01:00+00:00"]),
        ("Asia/Tehran", "hour", "2026-03-29T10:30:00Z", ["2026-03-29T14:00+03:30", "2026-03-29T15:00+03:30"]),
        ("America/New_York", "hour", "2026-11-01T05:00:00Z", ["2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00"]),
        ("America/New_York", "hour", "2026-03-08T06:00:00Z", ["2026-03-08T01:00-05:00", "2026-03-08T03:00-04:00"]),
        ("Australia/Lord_Howe", "hour", "2026-10-03T14:30:00Z", ["2026-10-04T01:00+10:30", "2026-10-04T02:30+11:00"]),
        ("Asia/Tehran", "day", "2021-03-21T20:30:00Z", ["2021-03-22"]),
        ("Pacific/Apia", "day", "2011-12-30T09:30:00Z", ["2011-12-29", "2011-12-31"]),
        ("Europe/Berlin", "month", "2026-01-31T22:59:59Z", ["2026-01", "2026-02"]),
    ],
)
def test_a_bucket_is_labelled_as_its_zone_writes_it(zone: str, unit: Unit, since: str, labels: list[str]) -> None:
    calendar, at = zones.calendar(zone), int(datetime.fromisoformat(since).timestamp())
    starts = calendar.starts(at, at + (HOUR_S + 1 if unit == "hour" else DAY_S - HOUR_S), unit)
    assert [calendar.label(start, unit) for start in starts] == labels


@pytest.mark.parametrize(
    ("week_start", "label"), [("monday", "2026-03-23"), ("sunday", "2026-03-29"), ("saturday", "2026-03-28")]
)
def test_a_week_begins_with_the_day_that_was_asked_for(week_start: str, label: str) -> None:
    calendar = zones.calendar("America/New_York", week_start)
    sunday = calendar.midnight(date(2026, 3, 29))
    assert [calendar.label(one, "week") for one in calendar.starts(sunday, sunday + 1, "week")] == [label]


@pytest.mark.parametrize(("zone", "day"), MOVED, ids=ids)
def test_the_period_before_has_as_many_days_and_buckets_that_add_up_to_it(zone: str, day: str) -> None:
    calendar = zones.calendar(zone)
    first, last = date.fromisoformat(day) - timedelta(days=3), date.fromisoformat(day) + timedelta(days=4)
    asked = periods.Period(float(calendar.midnight(first)), float(calendar.midnight(last)), calendar)
    assert asked.previous.since == calendar.midnight(first - timedelta(days=7))
    for unit in UNITS:
        timeline = Timeline.of(asked, unit).beside("previous", with_buckets=True)
        assert len(timeline.before) == len(timeline.starts)
        assert timeline.before[0] == asked.previous.since
        assert timeline.before == sorted(timeline.before)
        assert timeline.before[-1] <= asked.since
    days = Timeline.of(asked, "day").beside("previous", with_buckets=True)
    assert days.before == asked.previous.buckets("day")[: len(days.before)] or zone == "Pacific/Apia"


@pytest.mark.parametrize("moved", MOVED, ids=ids)
def test_a_period_that_is_no_number_of_days_is_compared_with_as_many_seconds(moved: tuple[str, str]) -> None:
    calendar = zones.calendar(moved[0])
    since = calendar.midnight(date.fromisoformat(moved[1])) + 0.25
    assert periods.Period(since, since + 90.5, calendar).previous.since == since - 90.5


def test_dates_are_midnights_of_the_zone() -> None:
    asked = periods.period("2026-03-08", "2026-03-09", 0, zones.calendar("America/New_York"))
    assert (asked.until - asked.since, periods.rfc3339(asked.since)) == (23 * HOUR_S, "2026-03-08T05:00:00Z")
    assert periods.period("2026-11-01", "2026-11-02", 0, zones.calendar("America/New_York")).days == 1


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Berlin",
        "europe/berlin",
        "../etc/passwd",
        "/etc/localtime",
        "localtime",
        "Factory",
        "America",
        "right/UTC",
        "posix/UTC",
        "Europe/Berlin\0",
        "x" * 99,
    ],
)
def test_what_is_no_zone_is_refused_by_name(zone: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"^zone: expected a time zone by its IANA name"):
        zones.calendar(zone)


def test_a_hundred_days_by_hour_may_hold_the_hour_that_is_shown_twice() -> None:
    calendar = zones.calendar("America/New_York")
    since, until = calendar.midnight(date(2026, 8, 1)), calendar.midnight(date(2026, 11, 9))
    periods.check_length(periods.Period(since, until, calendar), "hour")
    with pytest.raises(InvalidRequestError, match="100 days"):
        periods.check_length(periods.Period(since, until + 1, calendar), "hour")


@pytest.mark.parametrize("zone", ["Asia/Tehran", "Australia/Lord_Howe", "America/New_York"])
def test_the_recount_of_other_tests_finds_the_same_buckets(zone: str) -> None:
    calendar = zones.calendar(zone, "sunday")
    since = calendar.midnight(date(2026, 3, 1)) + 5_000
    for unit in UNITS:
        found = recount.starts((since, since + 50 * DAY_S), unit, ZoneInfo(zone), 6)
        assert found == calendar.starts(since, since + 50 * DAY_S, unit)
        assert [recount.label(one, unit, ZoneInfo(zone), 6) for one in found] == [
            calendar.label(one, unit) for one in found
        ]
